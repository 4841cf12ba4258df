// Where a mail's text is written: what is chosen from the list is set in at the cursor, and the mail
// beside follows the text. Without JavaScript the list says what to write, and a button shows the mail.
"use strict";
const form = document.querySelector("form[data-preview]");
const fields = [...form.querySelectorAll("[data-insert-into]")];
let field = fields[fields.length - 1];
fields.forEach((one) => one.addEventListener("focus", () => { field = one; }));

// As if it were typed, so that Ctrl+Z takes it back.
const type = (words) => {
  field.focus();
  if (!document.execCommand("insertText", false, words)) {
    field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
  }
  show();
};
// A condition stands on a line of its own, above the line in which the cursor is.
const insertLine = (words) => {
  field = fields[fields.length - 1];
  const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  field.setSelectionRange(start, start);
  type(`${words}\n`);
};
document.querySelectorAll("[data-insert], [data-insert-line]").forEach((code) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "own-insert-word";
  button.textContent = code.textContent;
  const line = code.dataset.insertLine;
  button.addEventListener("click", () => (line ? insertLine(line) : type(code.dataset.insert)));
  code.replaceWith(button);
});
const help = document.querySelector("[data-insert-help]");
if (help) { help.textContent = "Stil markøren i teksten, og vælg. Det bliver til sagens egne oplysninger."; }

// The form is sent as its button would send it; of the page that comes, what is beside is taken over.
let waiting = Promise.resolve();
const replaced = ["told", "standing", "eksempel"];
const sent = async () => {
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const seen = page.getElementById("seen");
  if (!seen) { return; }
  document.getElementById("seen").value = seen.value;
  for (const id of replaced) {
    const now = document.getElementById(id);
    const details = now.querySelector("details");
    const next = document.importNode(page.getElementById(id), true);
    if (details && details.open && next.querySelector("details")) { next.querySelector("details").open = true; }
    now.replaceWith(next);
  }
};
let busy = 0;
const show = () => {
  busy += 1;
  waiting = waiting.then(sent).catch(() => {}).finally(() => { busy -= 1; });
};
// A button that is pressed meanwhile waits for it, or it would speak of a draft that is no longer the newest.
form.addEventListener("submit", (event) => {
  if (!busy) { return; }
  event.preventDefault();
  const name = event.submitter ? event.submitter.value : "vis";
  waiting.then(() => form.requestSubmit(form.querySelector(`button[value="${name}"]`)));
});
fields.forEach((one) => one.addEventListener("change", show));
document.addEventListener("change", (event) => {
  if (event.target.form === form && event.target.matches("select")) { show(); }
});
