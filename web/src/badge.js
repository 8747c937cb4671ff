/* Badges live in this browser: made for keys that never leave it, each shown once. */
import { CURVE, now, show } from "./credential.js";

const list = document.getElementById("kept-badges");
const form = document.getElementById("badge-form");
const words = list.dataset;
const byId = (id) => document.getElementById(id);

const opening = new Promise((resolve, reject) => {
  const request = indexedDB.open("openzhima-badges", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("badges", { keyPath: "id", autoIncrement: true });
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function inStore(mode, work) {
  const store = (await opening).transaction("badges", mode).objectStore("badges");
  return new Promise((resolve, reject) => {
    const request = work(store);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** This person's badges that are still good, those that say the same together. */
async function kept() {
  const today = new Date(now() * 1000).toISOString().slice(0, 10);
  const groups = new Map();
  for (const badge of await inStore("readonly", (store) => store.getAll())) {
    if (badge.until < today) await inStore("readwrite", (store) => store.delete(badge.id));
    else if (badge.owner === words.owner) {
      const name = `${badge.atLeast} ${badge.until}`;
      groups.set(name, [...(groups.get(name) ?? []), badge]);
    }
  }
  return [...groups.values()];
}

async function draw() {
  const groups = await kept();
  list.replaceChildren(...groups.map(row));
  list.hidden = !groups.length;
  byId("no-badges").hidden = groups.length > 0;
}

function row(badges) {
  const [first] = badges;
  const item = document.createElement("li");
  item.className = "row";
  const text = document.createElement("span");
  text.className = "words";
  const title = document.createElement("span");
  title.className = "title number";
  title.textContent = `${first.atLeast} ${words.orMore}`;
  const under = document.createElement("span");
  under.className = "under";
  under.textContent = `${words.until} ${first.until} · ${badges.length} ${words.left}`;
  text.append(title, under);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.textContent = words.show;
  button.addEventListener("click", () => showOnce(first));
  item.append(text, button);
  return item;
}

async function showOnce(badge) {
  const [audience, nonce] = [byId("badge-audience").value.trim(), byId("badge-nonce").value.trim()];
  const shown = await show(badge.text, badge.key, audience, nonce);
  // Gone before it is seen: a badge that was shown is never shown again.
  await inStore("readwrite", (store) => store.delete(badge.id));
  byId("badge-shown").value = shown;
  byId("badge-save").href = URL.createObjectURL(new Blob([shown], { type: "text/plain" }));
  byId("badge-showing").hidden = false;
  byId("badge-showing").scrollIntoView({ block: "nearest" });
  await draw();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  // The page stays: its button may be pressed again.
  event.stopPropagation();
  complain("");
  const asked = new FormData(form);
  const pairs = await Promise.all(
    Array.from({ length: Number(form.dataset.count) }, () => crypto.subtle.generateKey(CURVE, false, ["sign", "verify"])),
  );
  const holders = await Promise.all(pairs.map(async ({ publicKey }) => {
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
    return { kty, crv, x, y };
  }));
  const terms = { at_least: Number(asked.get("at_least")), days: Number(asked.get("days")), holders };
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": asked.get("csrfmiddlewaretoken") },
    body: JSON.stringify(terms),
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) return complain(body.words ?? String(answer.status), body.reason);
  for (const [index, text] of body.badges.entries()) {
    const badge = { owner: words.owner, atLeast: terms.at_least, until: body.until, text, key: pairs[index].privateKey };
    await inStore("readwrite", (store) => store.add(badge));
  }
  await draw();
});

function complain(text, reason = "") {
  const note = byId("badge-note");
  note.hidden = !text;
  note.dataset.reason = reason;
  note.querySelector("p").textContent = text;
}

byId("badge-copy").addEventListener("click", () => navigator.clipboard.writeText(byId("badge-shown").value));
draw();
