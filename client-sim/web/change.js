const changes = new EventTarget();

/** Call it after anything that somebody may wait for. */
export function changed() {
  changes.dispatchEvent(new Event('change'));
}

export function nextChange() {
  return new Promise((resolve) => changes.addEventListener('change', resolve, { once: true }));
}
