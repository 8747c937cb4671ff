/* SD-JWT badges in the browser: bytes, signatures, the parts of a badge. ES256 by WebCrypto. */
export const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };
const utf8 = new TextEncoder();

export const toBase64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

export const fromBase64url = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

export const digest = async (text) => toBase64url(await crypto.subtle.digest("SHA-256", utf8.encode(text)));

const json = (value) => toBase64url(utf8.encode(JSON.stringify(value)));
const read = (part) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(fromBase64url(part)));

/** Why something proves nothing; the words stand in the page. */
export class NoProof extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export async function sign(claims, kind, key) {
  const body = `${json({ alg: "ES256", typ: kind })}.${json(claims)}`;
  return `${body}.${toBase64url(await crypto.subtle.sign(SIGNING, key, utf8.encode(body)))}`;
}

export const importKey = ({ kty, crv, x, y }) =>
  crypto.subtle.importKey("jwk", { kty, crv, x, y }, CURVE, true, ["verify"]);

/** The claims of a token that the key signed as this kind. */
export async function opened(token, kind, key, forged = "forged") {
  let header, claims, signature;
  const parts = token.split(".");
  try {
    [header, claims] = [read(parts[0]), read(parts[1])];
    signature = fromBase64url(parts[2]);
  } catch {
    throw new NoProof("torn");
  }
  if (parts.length !== 3 || header.alg !== "ES256") throw new NoProof("torn");
  if (header.typ !== kind) throw new NoProof("other_kind");
  const signed = utf8.encode(`${parts[0]}.${parts[1]}`);
  if (!(await crypto.subtle.verify(SIGNING, key, signature, signed))) throw new NoProof(forged);
  return claims;
}

export function partsOf(text) {
  const parts = text.trim().split("~");
  if (parts.length < 2 || !parts[0]) throw new NoProof("torn");
  const [token, ...rest] = parts;
  const binding = rest.pop();
  return { token, disclosures: rest, binding, withoutBinding: [token, ...rest, ""].join("~") };
}

/** The city's moment in seconds: what badges and lists are dated by, also where time was stepped. */
export function now() {
  return Date.now() / 1000 + Number(document.documentElement.dataset.aheadS ?? 0);
}

export async function show(badge, key, audience, nonce) {
  const sd_hash = await digest(badge);
  const claims = { iat: Math.floor(now()), aud: audience, nonce, sd_hash };
  return badge + (await sign(claims, "kb+jwt", key));
}

export function disclosure(text) {
  try {
    return read(text);
  } catch {
    throw new NoProof("torn");
  }
}
