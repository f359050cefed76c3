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

// Completion in the SQL editor: Tab puts in the next name of the dictionary that begins like the word before the cursor.
function complete(area) {
  const names = [...new Set([...document.querySelectorAll(".side code")].map((code) => code.textContent))].sort();
  const shown = document.getElementById("q-names");
  let round = null;
  const word = () => area.value.slice(0, area.selectionStart).match(/[A-Za-z_][A-Za-z0-9_]*$/)?.[0] ?? "";
  area.addEventListener("input", () => {
    round = null;
    const begun = word().toLowerCase();
    shown.textContent = begun.length < 2 ? "" : names.filter((name) => name.startsWith(begun)).slice(0, 8).join(" · ");
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) { area.form.requestSubmit(); return; }
    if (event.key !== "Tab" || event.shiftKey) return;
    if (round === null) {
      const begun = word();
      const found = begun ? names.filter((name) => name.startsWith(begun.toLowerCase()) && name !== begun) : [];
      if (!found.length) return;  // Tab leaves the field, as everywhere
      round = { found, at: -1, start: area.selectionStart - begun.length };
    }
    event.preventDefault();
    round.at = (round.at + 1) % round.found.length;
    area.setRangeText(round.found[round.at], round.start, area.selectionStart, "end");
  });
}
document.querySelectorAll("textarea[data-complete]").forEach(complete);
