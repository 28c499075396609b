/* Counts down the held time at the top of a page, [data-held-seconds-left], and shows when the hold has expired.

   The clock of the device may be wrong, so only the time since loading is measured with it. Only the server
   decides whether a hold is live: [data-held-expired] offers to try the same time again. */

const banner = document.querySelector("[data-held-seconds-left]");
// Times are written as in the United States in both languages, with the name of the zone.
const language = `${document.documentElement.lang}-US`;
const formatUnit = (value, unit) =>
  new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short" }).format(value);
const left = banner.querySelector("[data-held-left]");
const expired = banner.querySelector("[data-held-expired]");
const loadedAt = performance.now();

// In the zone of the reader, who may be far from the site.
for (const time of banner.querySelectorAll("[data-local-time]")) {
  time.textContent = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", timeZoneName: "short" }).format(
    new Date(time.dateTime),
  );
}

// Not announced every second: a screen reader reads it on demand.
left.setAttribute("role", "timer");

const expire = () => {
  clearInterval(timer);
  banner.querySelector("[data-held-live]").hidden = true;
  expired.hidden = false;
  banner.classList.add("portal-held--expired");
  banner.querySelector("[data-held-announcement]").textContent =
    banner.querySelector("[data-held-announced]").textContent.trim();
};
const tick = () => {
  const seconds = Math.ceil(Number(banner.dataset.heldSecondsLeft) - (performance.now() - loadedAt) / 1000);
  if (seconds <= 0) {
    expire();
    return;
  }
  const parts = [formatUnit(Math.floor(seconds / 60), "minute"), formatUnit(seconds % 60, "second")];
  left.textContent = left.dataset.heldText.replace("{time}", parts.join(" "));
};
const timer = setInterval(tick, 1000);
tick();
