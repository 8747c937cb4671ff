/** Turns the server's hints into events `live:<topic>` on the body; parts of the page reload by them. */
export function followLive(address) {
  const tell = (topic) => document.body.dispatchEvent(new CustomEvent(`live:${topic}`));
  let connected = false;
  const stream = new EventSource(address);
  stream.onmessage = (event) => tell(event.data);
  stream.onopen = () => {
    // Hints sent while the line was down are lost: every part reloads once.
    if (connected) topicsOfPage().forEach(tell);
    connected = true;
  };
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}

function topicsOfPage() {
  const parts = document.querySelectorAll("[hx-trigger*='live:']");
  const topics = [...parts].flatMap((part) => [
    ...part.getAttribute("hx-trigger").matchAll(/live:([\w-]+)/g),
  ]);
  return new Set(topics.map(([, topic]) => topic));
}
