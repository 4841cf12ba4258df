// Saves a question set as it is typed, shows what is wrong at its field, and puts away questions
// that are not asked. Without JavaScript the buttons do the same.
"use strict";
for (const form of document.querySelectorAll("form[data-autosave]")) {
  const saved = document.getElementById("saved");
  let timer = 0, busy = false, again = false, stopped = false;
  const show = ({ problems, asked }) => {
    for (const place of form.querySelectorAll("[data-wrong]")) {
      const text = problems[place.dataset.wrong] || "";
      place.hidden = !text;
      place.querySelector("[data-wrong-text]").textContent = text;
      const field = document.getElementById(`f:${place.dataset.wrong}`);
      if (field && field.matches("input, select, textarea")) {
        field.toggleAttribute("aria-invalid", Boolean(text));
        field.classList.toggle("form-input-error", Boolean(text));
      }
    }
    for (const question of form.querySelectorAll("[data-question]")) {
      question.hidden = asked[question.dataset.question] === false;
    }
  };
  const save = async () => {
    if (busy) { again = true; return; }
    busy = true;
    const data = new FormData(form);
    for (const [name, value] of [...data.entries()]) {
      if (value instanceof File) { data.delete(name); }
    }
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: data, credentials: "same-origin", referrerPolicy: "no-referrer",
      });
      const told = await answer.json();
      saved.textContent = told.text;
      if (answer.ok) {
        form.elements.revision.value = told.revision;
        form.elements.began.value = told.began;
        show(told);
      } else if (answer.status === 409) {
        stopped = true;
      }
    } catch {
      saved.textContent = "ikke gemt: der er ingen forbindelse. Der prøves igen, når du skriver.";
    }
    busy = false;
    if (again && !stopped) { again = false; save(); }
  };
  form.addEventListener("input", () => {
    if (stopped) { return; }
    window.clearTimeout(timer);
    timer = window.setTimeout(save, 800);
  });
  form.addEventListener("submit", () => { stopped = true; window.clearTimeout(timer); });
  const asked = JSON.parse(form.dataset.asked || "{}");
  for (const question of form.querySelectorAll("[data-question]")) {
    question.hidden = asked[question.dataset.question] === false;
  }
}
