/* Warns two minutes before the session ends, extends it with one click, and shows when it has ended.

   dialog[data-session-seconds-left] holds all texts. Every extension is sent to the pages in other tabs, so that
   none of them shows an outdated warning. Only the server decides when the session ends. */

const WARN_SECONDS = 120;
const dialog = document.querySelector("[data-session-seconds-left]");
const part = (name) => dialog.querySelector(`[data-session-${name}]`);
const clock = part("clock");
const clockText = clock.parentElement.dataset.sessionClockText;
const tabs = new BroadcastChannel("session-end");
const formatUnit = (value, unit) =>
  new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }).format(value);

let endsAt;
let dismissed;
let timer;

const show = ({ warning }) => {
  part("warning").hidden = !warning;
  part("ended").hidden = warning;
  dialog.classList.toggle("portal-dialog--ended", !warning);
  dialog.setAttribute("aria-labelledby", warning ? "session-end-title" : "session-ended-title");
  if (!dialog.open) dialog.showModal();
  (warning ? part("title") : document.getElementById("session-ended-title")).focus();
};

const tick = () => {
  const left = Math.round((endsAt - Date.now()) / 1000);
  if (left <= 0) {
    clearInterval(timer);
    show({ warning: false });
    return;
  }
  if (left > WARN_SECONDS) return;
  clock.textContent = `${clockText} ${left > 60 ? formatUnit(Math.ceil(left / 60), "minute") : formatUnit(left, "second")}`;
  if (!dialog.open && !dismissed) show({ warning: true });
};

const start = (secondsLeft, canBeExtended) => {
  endsAt = Date.now() + secondsLeft * 1000;
  dismissed = false;
  part("extendable").hidden = !canBeExtended;
  part("final").hidden = canBeExtended;
  part("ended").hidden = true;
  if (dialog.open) dialog.close();
  clearInterval(timer);
  timer = setInterval(tick, 1000);
  tick();
};

const tellTabs = (secondsLeft, canBeExtended) => tabs.postMessage({ secondsLeft, canBeExtended });
tabs.addEventListener("message", ({ data }) => start(data.secondsLeft, data.canBeExtended));

dialog.addEventListener("cancel", () => {
  dismissed = true;
});
// After the end, Escape must not reveal the page. Browsers close the dialog anyway, so open it again.
dialog.addEventListener("close", () => {
  if (!part("ended").hidden) dialog.showModal();
});
part("close").addEventListener("click", () => {
  dismissed = true;
  dialog.close();
});
part("extend").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
    });
    const { seconds_left: secondsLeft, can_be_extended: canBeExtended } = await answer.json();
    start(secondsLeft, canBeExtended);
    tellTabs(secondsLeft, canBeExtended);
  } catch {
    form.submit();
  }
});

const canBeExtended = "sessionCanBeExtended" in dialog.dataset;
start(Number(dialog.dataset.sessionSecondsLeft), canBeExtended);
tellTabs(Number(dialog.dataset.sessionSecondsLeft), canBeExtended);
