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
