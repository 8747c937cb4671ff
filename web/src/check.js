/* Checks a badge in this browser, also without a connection: the page and the last list are kept. */
import { digest, disclosure, importKey, NoProof, now, opened, partsOf, fromBase64url } from "./credential.js";

const VCT = "urn:openzhima:badge:score-at-least:1";
const KEPT_LIST = "openzhima-badge-statuses";
const FRESH_FOR_S = 300;
const AHEAD_S = 60;
const byId = (id) => document.getElementById(id);
const form = byId("check-form");
const words = byId("check-words").content;
const issuer = importKey(JSON.parse(byId("issuer-key").textContent));
const nonce = String(crypto.getRandomValues(new Uint32Array(1))[0] % 1000000).padStart(6, "0");
byId("check-nonce").textContent = nonce;

/** The newest list of revoked badges that this browser has seen; null when there is none. */
async function statuses() {
  const key = await issuer;
  try {
    const answer = await fetch(form.dataset.statuses, { credentials: "omit" });
    if (answer.ok) {
      const token = (await answer.text()).trim();
      await opened(token, "statuslist+jwt", key);
      localStorage.setItem(KEPT_LIST, token);
    }
  } catch {
    // No connection: the list that was kept is used.
  }
  const token = localStorage.getItem(KEPT_LIST);
  if (!token) return null;
  const claims = await opened(token, "statuslist+jwt", key);
  if (claims.exp <= now()) throw new NoProof("no_status");
  const packed = new Blob([fromBase64url(claims.status_list.lst)]).stream();
  const bits = await new Response(packed.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
  return { uri: claims.sub, at: claims.iat, bits: new Uint8Array(bits) };
}

async function proved(text, audience) {
  const shown = partsOf(text);
  const claims = await opened(shown.token, "dc+sd-jwt", await issuer);
  if (claims.vct !== VCT) throw new NoProof("other_kind");
  let atLeast;
  for (const hidden of shown.disclosures) {
    if (!claims._sd?.includes(await digest(hidden))) throw new NoProof("other_claim");
    const [, name, value] = disclosure(hidden);
    if (name === "at_least") atLeast = value;
  }
  if (!Number.isInteger(atLeast)) throw new NoProof("nothing_claimed");
  await checkBinding(shown, claims, audience);
  if (!(now() < claims.exp)) throw new NoProof("expired");
  const list = await statuses();
  if (list) checkStatus(claims, list);
  return { atLeast, until: new Date(claims.exp * 1000 - 1), list };
}

async function checkBinding(shown, claims, audience) {
  if (!shown.binding) throw new NoProof("not_bound");
  const holder = await importKey(claims.cnf?.jwk ?? {}).catch(() => { throw new NoProof("torn"); });
  const bound = await opened(shown.binding, "kb+jwt", holder, "other_holder");
  if (bound.sd_hash !== (await digest(shown.withoutBinding))) throw new NoProof("other_holder");
  if (audience && bound.aud !== audience) throw new NoProof("wrong_audience");
  if (bound.nonce !== nonce) throw new NoProof("wrong_nonce");
  if (!(now() - FRESH_FOR_S <= bound.iat && bound.iat <= now() + AHEAD_S)) throw new NoProof("stale");
}

function checkStatus(claims, list) {
  const { idx, uri } = claims.status?.status_list ?? {};
  if (uri !== list.uri || !(idx >= 0 && idx < 8 * list.bits.length)) throw new NoProof("no_status");
  if ((list.bits[idx >> 3] >> (idx & 7)) & 1) throw new NoProof("revoked");
}

const said = (name) => words.querySelector(`[data-${name}]`)?.textContent ?? name;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  // The page stays: its button may be pressed again.
  event.stopPropagation();
  const [file] = byId("check-file").files;
  const text = file ? await file.text() : byId("check-text").value;
  const [good, bad] = [byId("check-good"), byId("check-bad")];
  good.hidden = bad.hidden = true;
  try {
    const found = await proved(text, byId("check-audience").value.trim());
    byId("check-at-least").textContent = found.atLeast;
    byId("check-until").textContent = found.until.toISOString().slice(0, 10);
    byId("check-as-of").textContent = found.list
      ? `${said("list")} ${new Date(found.list.at * 1000).toLocaleString()}`
      : said("no-list");
    good.hidden = false;
  } catch (error) {
    const reason = error instanceof NoProof ? error.reason : "torn";
    bad.dataset.reason = reason;
    byId("check-reason").textContent = said(reason);
    bad.hidden = false;
  }
});

/** This page and its parts, as a stranger gets them, for when there is no connection. */
async function keepThisPage() {
  const kept = await caches.open("openzhima-1");
  const parts = performance.getEntriesByType("resource").map(({ name }) => name);
  await kept.addAll(parts.filter((name) => new URL(name).pathname.startsWith("/static/built/")));
  await kept.put(location.href, await fetch(location.href, { credentials: "omit" }));
}

statuses().catch(() => {});
if ("caches" in window) keepThisPage().catch(() => {});
