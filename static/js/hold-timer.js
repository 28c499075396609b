/* Counts down how long a seat is held: [data-hold-expires-at], with the seconds that were left when the
   server rendered the page.

   Inside it: [data-hold-clock] shows the time left, [data-hold-warning] appears two minutes before the end,
   [data-hold-expired] after the end, and [data-hold-live] (aria-live) announces both. If the clock is part of
   the sentence in [data-hold-text], the sentence disappears when the hold ends. All texts except the time left
   come from the page. Only the server decides whether a hold is live. */

const WARN_SECONDS = 120;
const language = document.documentElement.lang;
const format = (value, unit) =>
  new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(value);
const formatLeft = (left) => (left > 60 ? format(Math.ceil(left / 60), "minute") : format(left, "second"));

for (const hold of document.querySelectorAll("[data-hold-expires-at]")) {
  const loadedAt = Date.now();
  // The clock of the device may be wrong, so only the time since loading is measured with it.
  const secondsLeft =
    Number(hold.dataset.holdSecondsLeft) || (Date.parse(hold.dataset.holdExpiresAt) - loadedAt) / 1000;
  const clock = hold.querySelector("[data-hold-clock]");
  const isInSentence = Boolean(clock?.textContent.trim());
  const live = hold.querySelector("[data-hold-live]");
  const reveal = (selector) => {
    const element = hold.querySelector(selector);
    if (!element?.hidden) return;
    element.hidden = false;
    hold.classList.replace("usa-alert--info", "usa-alert--warning");
    if (live) live.textContent = element.textContent.trim();
  };
  const tick = () => {
    const left = Math.round(secondsLeft - (Date.now() - loadedAt) / 1000);
    if (left > 0 && left <= WARN_SECONDS) reveal("[data-hold-warning]");
    if (left <= 0) {
      if (isInSentence) hold.querySelector("[data-hold-text]")?.setAttribute("hidden", "");
      else clock?.replaceChildren();
      hold.querySelector("[data-hold-warning]")?.setAttribute("hidden", "");
      reveal("[data-hold-expired]");
      clearInterval(timer);
    } else if (clock) {
      clock.textContent = isInSentence ? formatLeft(left) : `(${formatLeft(left)})`;
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}
