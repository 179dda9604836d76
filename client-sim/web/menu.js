import { h } from './draw.js';
import { show, ui } from './store.js';

/** @import { Attributes, Drawn } from './draw.js' */

/**
 * A button that opens what is behind it. One at a time is open.
 * @param {string} name
 * @param {Attributes} attributes Of the button.
 * @param {unknown} face
 * @param {unknown[]} content
 * @returns {Drawn}
 */
export function menu(name, attributes, face, content) {
  const isOpen = ui.menu === name;
  return h(
    'div.menu',
    { 'data-menu': name },
    h(
      'button',
      {
        'aria-expanded': isOpen,
        click: () => show({ menu: isOpen ? undefined : name }),
        ...attributes,
      },
      face,
    ),
    isOpen && h('div.popover', { role: 'group', label: attributes.label }, content),
  );
}

/** Whoever uses the keyboard is then where they were before. */
export function closeMenu() {
  show({ menu: undefined, focus: `[data-menu="${CSS.escape(ui.menu ?? '')}"] > button` });
}

/** A press elsewhere, and Escape, close it. */
export function closeMenus() {
  addEventListener('pointerdown', ({ target }) => {
    if (ui.menu && !(target instanceof Element && target.closest('.menu'))) show({ menu: undefined });
  });
  addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !ui.menu) return;
    closeMenu();
    event.stopImmediatePropagation();
  });
}
