import "./style.css";
import htmx from "htmx.org";
import { keepFolds } from "./keep.js";
import { followLive } from "./live.js";

const body = document.body;

htmx.registerExtension("keep-folds", keepFolds);

/** Keeps a conversation at its newest line while the reader is there. */
function stickToEnd() {
  if (document.querySelector("[data-stick-to-end]")) {
    window.scrollTo(0, document.documentElement.scrollHeight);
  }
}

function showWhetherOffline() {
  const banner = document.querySelector("[data-offline]");
  if (banner) banner.hidden = navigator.onLine;
}

/** The fields of a red packet depend on how it is shared out. */
function follow(choice) {
  for (const part of document.querySelectorAll("[data-when]")) {
    part.hidden = part.dataset.when !== choice.value;
  }
}

if (body.dataset.live) followLive(body.dataset.live);
if (body.dataset.worker && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(body.dataset.worker).catch(() => {});
}

addEventListener("online", showWhetherOffline);
addEventListener("offline", showWhetherOffline);
showWhetherOffline();
stickToEnd();

document.addEventListener("htmx:after:swap", () => {
  stickToEnd();
  const field = document.querySelector("[data-keep-focus]");
  if (field && document.activeElement === body) field.focus();
});
document.addEventListener("submit", (event) => {
  // What is sent twice counts once; this only shows that it is on its way.
  const button = event.submitter;
  if (button) setTimeout(() => (button.ariaDisabled = "true"));
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-disabled]")) button.ariaDisabled = null;
});
// Two phones on one page: whoever logs in on one makes the page's own forms stale.
for (const frame of document.querySelectorAll("iframe")) {
  frame.addEventListener("load", () => body.dispatchEvent(new CustomEvent("phone-loaded")));
}
for (const choice of document.querySelectorAll("[data-choice] input")) {
  choice.addEventListener("change", () => follow(choice));
  if (choice.checked) follow(choice);
}
