// The date slider of the overview: shows the date while it moves, and opens the run when it is let go.
"use strict";
function slider(form) {
  const range = form.querySelector("input[data-runs]");
  if (!range) return;
  const runs = range.dataset.runs.split(",").map((text) => text.split("="));
  const shown = form.querySelector("output");
  range.addEventListener("input", () => { shown.textContent = runs[range.value][1]; });
  range.addEventListener("change", () => { form.elements.run.value = runs[range.value][0]; form.requestSubmit(); });
  form.querySelectorAll("select").forEach((select) => select.addEventListener("change", () => form.requestSubmit()));
}
document.querySelectorAll("form[data-slider]").forEach(slider);

// Keys of a page where one thing is judged after another: a button or link with data-key is pressed by its key.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const found = document.querySelector(`form[data-keys] [data-key="${CSS.escape(key)}"]`);
  if (found) { event.preventDefault(); found.click(); }
});
