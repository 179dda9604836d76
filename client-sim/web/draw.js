/**
 * What is to be on the page: an element with its attributes and children, or a text.
 * @typedef {string | Drawn} Child
 * @typedef {{ tag: string, attributes: Attributes, children: Child[] }} Drawn
 * @typedef {Record<string, unknown>} Attributes Functions are listeners, `key` tells siblings apart, and `label` is what a
 *   screen reader says.
 */

/** What stands in a place already. @type {WeakMap<Node, Attributes>} */
const drawn = new WeakMap();

/**
 * Describes an element: `h('p.quiet', { title: 'x' }, 'text')`. Attributes can be left out; what is false, null or undefined
 * among the children is.
 * @param {string} selector Its tag, and its classes.
 * @param {...unknown} rest
 * @returns {Drawn}
 */
export function h(selector, ...rest) {
  const [tag = '', ...classes] = selector.split('.');
  const attributes = /** @type {Attributes} */ (isPlain(rest[0]) ? rest.shift() : {});
  const children = rest.flat(9).filter((child) => child !== undefined && child !== null && child !== false);
  return {
    tag,
    attributes: classes.length > 0 ? { ...attributes, class: classes.join(' ') } : attributes,
    children: /** @type {Child[]} */ (
      children.map((child) => (typeof child === 'object' ? child : String(child)))
    ),
  };
}

/** @param {unknown} thing */
const isPlain = (thing) =>
  typeof thing === 'object' && thing !== null && !Array.isArray(thing) && !('tag' in thing);

/**
 * One of the drawings at the top of index.html.
 * @param {string} name
 */
export const icon = (name) => h('svg.icon', { 'aria-hidden': 'true' }, h('use', { href: `#${name}` }));

/** What index.html has under this id. @param {string} id */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * Makes an element's children these, and touches only what is different. Text stays text, whatever it holds.
 * @param {Element} parent
 * @param {Child[]} children
 */
export function draw(parent, children) {
  /** @type {Map<unknown, Element>} */
  const keyed = new Map();
  for (const node of parent.children) {
    const key = drawn.get(node)?.key;
    if (key !== undefined) keyed.set(key, node);
  }
  let place = parent.firstChild;
  for (const child of children) {
    const node = fitting(child, place, keyed) ?? create(child, parent);
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
    update(node, child);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/**
 * @param {Child} child
 * @param {ChildNode | null} place
 * @param {Map<unknown, Element>} keyed
 * @returns {ChildNode | undefined}
 */
function fitting(child, place, keyed) {
  if (typeof child === 'string') return place instanceof Text ? place : undefined;
  const { key } = child.attributes;
  const node = key === undefined ? place : keyed.get(key);
  if (!(node instanceof Element) || node.localName !== child.tag) return undefined;
  return drawn.get(node)?.key === key ? node : undefined;
}

/**
 * @param {Child} child
 * @param {Element} parent
 */
function create(child, parent) {
  if (typeof child === 'string') return document.createTextNode(child);
  const space = child.tag === 'svg' ? 'http://www.w3.org/2000/svg' : parent.namespaceURI;
  return document.createElementNS(space, child.tag);
}

/**
 * @param {ChildNode} node
 * @param {Child} child
 */
function update(node, child) {
  if (typeof child === 'string') {
    if (node.nodeValue !== child) node.nodeValue = child;
    return;
  }
  const element = /** @type {HTMLElement} */ (node);
  const before = drawn.get(element) ?? {};
  drawn.set(element, child.attributes);
  for (const name of Object.keys({ ...before, ...child.attributes })) {
    setAttribute(element, name, child.attributes[name], before[name]);
  }
  draw(element, child.children);
  // A select takes a value only once it has the option.
  if (element instanceof HTMLSelectElement) setAttribute(element, 'value', child.attributes.value, undefined);
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {unknown} value
 * @param {unknown} before
 */
function setAttribute(element, name, value, before) {
  if (name === 'key') return;
  if (typeof value === 'function' || typeof before === 'function') {
    Object.assign(element, { [`on${name}`]: value ?? null });
  } else if (name === 'value' || name === 'checked') {
    // Whoever looks at it may have changed it since.
    if (Reflect.get(element, name) !== value) Reflect.set(element, name, value);
  } else if (value === before) {
    return;
  } else if (name.startsWith('--')) {
    element.style.setProperty(name, String(value));
  } else if (name === 'label') {
    element.ariaLabel = /** @type {string | undefined} */ (value) ?? null;
  } else if (value === undefined || (value === false && !name.startsWith('aria'))) {
    element.removeAttribute(name);
  } else {
    element.setAttribute(name, value === true && !name.startsWith('aria') ? '' : String(value));
  }
}
