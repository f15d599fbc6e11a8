// Changes the page in place from one version that the server sent into the next one. Three trees are at play:
// what the server sent before, what it sends now, and the page as it is, which scripts and the reader have
// changed since: an opened section, a filter over a table, buttons in its head. Only where the two versions of
// the server differ is the page touched, so all of that stays. Lists of children are reconciled by idiomorph,
// which stands before this in the same file.

"use strict";

const AnnalsChange = (() => {
  /** Node as served → the node of the page that came of it. */
  let pageOf = new WeakMap();
  /** Nodes of the page that the server sent; any other was made by a script. */
  const sent = new WeakSet();
  let was;

  /** Takes the page as it was sent: before any script had a chance to touch it. */
  function start() {
    was = document.body.cloneNode(true);
    both(was, document.body, (served, live) => know(served, live));
  }

  /** Changes the page into `next`, a body. */
  function change(next) {
    const before = pageOf;
    pageOf = new WeakMap();
    morph(was, next, (node) => before.get(node));
    was = next;
  }

  function know(served, live) {
    pageOf.set(served, live);
    sent.add(live);
  }

  /** Walks two trees of one shape. */
  function both(a, b, visit) {
    visit(a, b);
    for (let x = a.firstChild, y = b.firstChild; x && y; x = x.nextSibling, y = y.nextSibling) both(x, y, visit);
  }

  function morph(before, now, live) {
    const here = live(before);
    if (!here) return;
    if (before.isEqualNode(now)) {
      both(now, before, (served, former) => live(former) && know(served, live(former)));
      return;
    }
    know(now, here);
    if (now.nodeType !== Node.ELEMENT_NODE) {
      here.data = now.data;
      return;
    }
    attributes(before, now, here);
    const [old, wanted] = [[...before.childNodes], [...now.childNodes]];
    // A script has put something else in the place of what was sent: it starts anew.
    if (old.some((child) => live(child) && live(child).parentNode !== here)) {
      here.replaceChildren(...wanted.map((child) => child.cloneNode(true)));
      wanted.forEach((child, at) => both(child, here.childNodes[at], know));
      return;
    }
    const alike = old.length === wanted.length && old.every((child, at) => child.nodeName === wanted[at].nodeName && child.id === wanted[at].id && live(child));
    if (alike) wanted.forEach((child, at) => morph(old[at], child, live));
    else reconcile(old, wanted, here, live);
  }

  function attributes(before, now, here) {
    for (const { name } of [...before.attributes]) if (!now.hasAttribute(name)) here.removeAttribute(name);
    for (const { name, value } of [...now.attributes]) if (before.getAttribute(name) !== value) here.setAttribute(name, value);
  }

  /** Children came, went or moved. Those that are the same as before get a common name for a moment. */
  function reconcile(old, wanted, here, live) {
    const pairs = pair(old.filter(isElement), wanted.filter(isElement));
    const template = here.cloneNode(false);
    const incoming = new Map();
    for (const child of wanted) {
      const copy = child.cloneNode(true);
      template.append(copy);
      incoming.set(copy, child);
    }
    const named = [];
    const names = new Map();
    [...incoming].forEach(([copy, child], at) => {
      const former = pairs.get(child) && live(pairs.get(child));
      // Its own id names it already, where both have it.
      if (!former || (former.id && former.id === child.id)) return;
      const name = `annals-change-${at}`;
      for (const node of [former, copy]) {
        named.push([node, node.getAttribute("id")]);
        node.id = name;
      }
      names.set(name, child);
    });
    // A lone element would be taken for the one child that is wanted.
    Idiomorph.morph(here, [...template.childNodes], {
      morphStyle: "innerHTML",
      ignoreActiveValue: true,
      callbacks: {
        beforeNodeMorphed(node, copy) {
          const child = incoming.get(copy);
          if (!child) return true;
          const former = pairs.get(child);
          // What is the same thing as before is compared with what it was, not with what it has become.
          if (former && live(former) === node) return false;
          know(child, node);
          return true;
        },
        beforeNodeRemoved: (node) => !isElement(node) || sent.has(node),
      },
    });
    for (const [node, id] of named) {
      if (id === null) node.removeAttribute("id");
      else node.id = id;
    }
    for (const [child, former] of pairs) if (live(former)?.parentNode === here) morph(former, child, live);
    // What is new stands as it was sent.
    const fresh = wanted.filter((child) => !(pairs.has(child) && live(pairs.get(child))?.parentNode === here));
    const unknown = [...here.childNodes].filter((node) => !sent.has(node));
    for (const child of fresh) {
      if (pageOf.get(child)) {
        const node = pageOf.get(child);
        if (node.isEqualNode(child)) both(child, node, know);
        continue;
      }
      const at = unknown.findIndex((node) => named.every(([other]) => other !== node) && node.isEqualNode(child));
      if (at >= 0) both(child, unknown.splice(at, 1)[0], know);
    }
  }

  const isElement = (node) => node.nodeType === Node.ELEMENT_NODE;

  /** Which child is which: equal ones, then those of one id, then those of one kind, in order. */
  function pair(old, wanted) {
    const pairs = new Map();
    const free = new Set(old);
    const match = (same) => {
      for (const child of wanted) {
        if (pairs.has(child)) continue;
        for (const former of free) {
          if (!same(former, child)) continue;
          pairs.set(child, former);
          free.delete(former);
          break;
        }
      }
    };
    match((former, child) => former.isEqualNode(child));
    match((former, child) => former.id && former.id === child.id && former.nodeName === child.nodeName);
    match((former, child) => former.id === child.id && former.nodeName === child.nodeName && former.className === child.className);
    return pairs;
  }

  return { start, change };
})();
