/* The scanner: reads a code from the camera or a picture and sends its text to be understood. */
const scanner = document.querySelector("[data-scanner]");
const video = scanner.querySelector("video");
const form = scanner.querySelector("form[data-read]");
const hint = scanner.querySelector("[data-hint]");
const torch = scanner.querySelector("[data-torch]");
const typing = scanner.querySelector("dialog");
const otherPhone = scanner.querySelector("[data-other-phone]");
const FORMATS = ["qr_code", "code_128"];
const LONG_SIDE = 960;
const CODE_SIDE = 480;

let stopped = false;

/** The browser's own reader where there is one, else the one compiled to WebAssembly. */
async function readerOfThisBrowser() {
  const known = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats() : [];
  if (FORMATS.every((format) => known.includes(format))) {
    const detector = new BarcodeDetector({ formats: FORMATS });
    return async (picture) => (await detector.detect(picture))[0]?.rawValue;
  }
  const { readPicture } = await import("./reader.js");
  return readPicture;
}

const reader = readerOfThisBrowser();

/** The text of a code in a picture; whoever is quicker than the reader's loading waits for it. */
async function read(picture) {
  return (await reader)(picture);
}

function say(words) {
  hint.textContent = scanner.dataset[words];
}

function found(text) {
  stopped = true;
  scanner.dataset.state = "found";
  form.elements.text.value = text;
  form.submit();
}

function drawn(source, width, height) {
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

async function watch() {
  if (stopped) return;
  if (video.readyState >= video.HAVE_CURRENT_DATA) {
    const text = await read(drawn(video, video.videoWidth, video.videoHeight));
    if (text) return found(text);
  }
  setTimeout(watch, 80);
}

async function openCamera() {
  if (!navigator.mediaDevices?.getUserMedia) return say("noCamera");
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1280 } },
    });
    video.srcObject = stream;
    await video.play();
    offerTorch(stream.getVideoTracks()[0]);
    say("aim");
    watch();
  } catch (refusal) {
    say(refusal.name === "NotAllowedError" ? "notAllowed" : "noCamera");
  }
}

function offerTorch(track) {
  if (!track.getCapabilities?.().torch) return;
  torch.disabled = false;
  torch.addEventListener("click", () => {
    const on = torch.getAttribute("aria-pressed") !== "true";
    track.applyConstraints({ advanced: [{ torch: on }] });
    torch.setAttribute("aria-pressed", String(on));
  });
}

async function readUpload(event) {
  const [file] = event.target.files;
  if (!file) return;
  say("reading");
  try {
    const picture = await createImageBitmap(file);
    const text = await read(drawn(picture, picture.width, picture.height));
    if (text) found(text);
    else say("nothing");
  } catch {
    say("noPicture");
  }
  event.target.value = "";
}

/** In the demo two phones stand side by side: the code on the other one, as a picture. */
async function codeOnOtherPhone() {
  const others = Array.from(parent.frames).filter((frame) => frame !== window);
  const codes = others.map((frame) => frame.document.querySelector(".qr svg")).filter(Boolean);
  if (!codes.length) return null;
  const copy = codes[0].cloneNode(true);
  copy.setAttribute("width", CODE_SIDE);
  copy.setAttribute("height", CODE_SIDE);
  const drawing = new XMLSerializer().serializeToString(copy);
  const picture = new Image();
  picture.src = URL.createObjectURL(new Blob([drawing], { type: "image/svg+xml" }));
  await picture.decode();
  return drawn(picture, CODE_SIDE, CODE_SIDE);
}

async function lookAtOtherPhone() {
  const picture = await codeOnOtherPhone();
  const text = picture && (await read(picture));
  if (text) found(text);
  else say("noOther");
}

if (otherPhone && parent !== window) {
  otherPhone.hidden = false;
  otherPhone.addEventListener("click", lookAtOtherPhone);
}
scanner.querySelector("[data-picture]").addEventListener("change", readUpload);
scanner.querySelector("[data-type]").addEventListener("click", () => typing.showModal());
scanner.querySelector("[data-close]").addEventListener("click", () => typing.close());
await reader;
await openCamera();
