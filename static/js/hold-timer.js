/* Says how long a seat is still held: [data-hold-expires-at], with the seconds left when it was drawn.

   Inside it: [data-hold-clock] shows the minutes, [data-hold-warning] appears two minutes before the end,
   [data-hold-lapsed] after it, and [data-hold-live] (aria-live) speaks what appeared. All words but the
   minutes come from the page; the server alone decides whether the hold stands. */

const WARN_SECONDS = 120;
const language = document.documentElement.lang;
const say = (value, unit) =>
  new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(value);

for (const hold of document.querySelectorAll("[data-hold-expires-at]")) {
  const loadedAt = Date.now();
  // The reader's clock may be wrong, so only the time since loading is taken from it.
  const secondsLeft =
    Number(hold.dataset.holdSecondsLeft) || (Date.parse(hold.dataset.holdExpiresAt) - loadedAt) / 1000;
  const clock = hold.querySelector("[data-hold-clock]");
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
      clock?.replaceChildren();
      hold.querySelector("[data-hold-warning]")?.setAttribute("hidden", "");
      reveal("[data-hold-lapsed]");
      clearInterval(timer);
    } else if (clock) {
      clock.textContent = left > 60 ? `(${say(Math.ceil(left / 60), "minute")})` : `(${say(left, "second")})`;
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}
