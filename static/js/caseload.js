/* The caseload: counts the selected appointments as boxes are checked, and checks or unchecks all at once.
   Without this script the buttons reload the list. */

const bar = document.querySelector("[data-selection]");
if (bar) {
  const form = document.getElementById("kept-form");
  const limit = Number(bar.dataset.max);
  const shown = bar.querySelector("[data-selection-count]");
  const list = (kind) => [...form.querySelectorAll(`input[type=${kind}][name=appointment]`)];

  const count = () => {
    const selected = list("checkbox").filter((box) => box.checked).length + list("hidden").length;
    shown.textContent = selected;
    bar.classList.toggle("portal-selection--over", selected > limit);
  };

  form.querySelector("[data-select-all]").addEventListener("click", (event) => {
    const boxes = list("checkbox");
    const free = boxes.filter((box) => !box.checked);
    const room = limit - (boxes.length - free.length) - list("hidden").length;
    // The server knows the other pages of the list.
    if (bar.dataset.hasOtherPages === "yes" && free.length < room) return;
    event.preventDefault();
    for (const box of free.slice(0, Math.max(0, room))) box.checked = true;
    count();
  });

  bar.querySelector("[data-select-none]").addEventListener("click", (event) => {
    // What is checked on other pages is kept by the server.
    if (list("hidden").length) return;
    event.preventDefault();
    for (const box of list("checkbox")) box.checked = false;
    count();
  });

  form.addEventListener("change", count);
  addEventListener("pageshow", count);
  count();
}
