// What pages do with JavaScript and can do without: the design system's own parts, and filters that
// apply as soon as they are chosen.
"use strict";
if (window.DKFDS) { window.DKFDS.init(); }
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto-submit]");
  if (form) { form.requestSubmit(); }
});
// A question that is written: Ctrl+Enter saves it and opens the next one.
document.addEventListener("keydown", (event) => {
  const next = event.key === "Enter" && event.ctrlKey && document.querySelector("button[data-next]");
  if (next) { next.click(); }
});
// The preview beside it begins at the question that is open.
const marked = document.querySelector(".own-write-preview .own-marked");
if (marked) { marked.closest(".own-write-preview").scrollTop = marked.offsetTop - 100; }
// What is worked out behind a page: look again how far it is.
if (document.querySelector("[data-reload-soon]")) {
  setTimeout(() => { window.location.replace(window.location.pathname + window.location.search); }, 1500);
}
