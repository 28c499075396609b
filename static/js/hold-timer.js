/* Shows how long a seat is still held: [data-hold-expires-at], with the seconds left when the page was rendered.

   Inside it, [data-hold-clock] shows the minutes, [data-hold-warning] appears two minutes before the end,
   [data-hold-expired] after the end, and [data-hold-live] (aria-live) announces what appeared. All texts except
   the minutes come from the page. Only the server decides whether the hold is still valid. */

const WARN_SECONDS = 120;
const language = document.documentElement.lang;
const formatUnit = (value, unit) =>
  new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(value);

for (const hold of document.querySelectorAll("[data-hold-expires-at]")) {
  const loadedAt = Date.now();
  // The reader's clock may be wrong, so it is used only to measure the time since loading.
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
      reveal("[data-hold-expired]");
      clearInterval(timer);
    } else if (clock) {
      clock.textContent = left > 60 ? `(${formatUnit(Math.ceil(left / 60), "minute")})` : `(${formatUnit(left, "second")})`;
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}
