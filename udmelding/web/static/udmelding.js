// What pages do with JavaScript and can do without: the design system's own parts, and filters that
// apply as soon as they are chosen.
"use strict";
if (window.DKFDS) { window.DKFDS.init(); }
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto-submit]");
  if (form) { form.requestSubmit(); }
});
// The browser's own print, on a button that is hidden without JavaScript.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => { window.print(); });
}
// A question that is written: Ctrl+Enter saves it and opens the next one.
document.addEventListener("keydown", (event) => {
  const next = event.key === "Enter" && event.ctrlKey && document.querySelector("button[data-next]");
  if (next) { next.click(); }
});
// The preview beside it begins at the question that is open.
const marked = document.querySelector(".own-write-preview .own-marked");
if (marked) { marked.closest(".own-write-preview").scrollTop = marked.offsetTop - 100; }
// The grid of decisions: Enter goes to the date below, a column that is pasted fills downwards, and
// a whole table that is pasted anywhere is read in as if it stood in the box.
const grid = document.querySelector("form[data-grid]");
if (grid) {
  const isDate = (field) => field.name && field.name.startsWith("on-");
  const below = (field) => {
    const dates = [...grid.elements].filter(isDate);
    return dates.slice(dates.indexOf(field));
  };
  grid.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !isDate(event.target)) { return; }
    event.preventDefault();
    const next = below(event.target)[1];
    if (next) { next.focus(); }
  });
  grid.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text").trim();
    if (event.target.name === "text" || !text.includes("\n")) { return; }
    event.preventDefault();
    if (text.includes("\t") || !isDate(event.target)) {
      grid.elements.text.value = text;
      grid.querySelector("button[value=laes]").click();
    } else {
      const lines = text.split(/\r?\n/);
      below(event.target).slice(0, lines.length).forEach((field, at) => { field.value = lines[at].trim(); });
    }
  });
}
// The browser's own print, where there is one to open.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => { window.print(); });
}
