"use strict";
(() => {
  const root = document.documentElement;
  const kept = (value) => { try { return value ? localStorage.setItem("seachange-theme", value) : localStorage.getItem("seachange-theme"); } catch { return null; } };
  if (["light", "dark"].includes(kept())) root.dataset.theme = kept();
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.getElementById("theme").addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    kept(root.dataset.theme);
  });

  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));

  const items = document.getElementById("items");
  if (!items) return;
  const MARKS = { create: "+", drop: "−", alter: "~" }, WORDS = { create: "created", drop: "dropped", alter: "altered" };
  const CHUNK = 200;
  const [tree, search, kind, count, more] = ["tree", "search", "kind", "count", "more"].map((id) => document.getElementById(id));

  /* The items as nodes that know their place.  What can be searched is put together when somebody first searches. */
  const node = (item, above) => {
    const made = { item, above, depth: above ? above.depth + 1 : 0, open: false, shown: true, reveals: false, row: null };
    made.parts = (item.p || []).map((part) => node(part, made));
    made.open = !above && !item.v;
    return made;
  };
  const roots = JSON.parse(items.textContent).map((item) => node(item, null));
  items.remove();
  const each = (nodes, visit) => nodes.forEach((one) => { visit(one); each(one.parts, visit); });
  let all = 0;
  each(roots, (one) => { if (one.item.v) all += 1; });
  const words = (one) => one.words ??= [one.item.k, one.item.n, one.item.s, ...(one.item.f || []).flat(2)].join("\n").toLowerCase();

  /* Which nodes are meant.  A word may be found in what holds a node, if another is found in the node itself. */
  let found = 0;
  const filter = () => {
    const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verbs = new Set(Object.keys(MARKS));
    document.querySelectorAll(".chip[aria-pressed=false]").forEach((chip) => verbs.delete(chip.dataset.verb));
    const narrowed = terms.length > 0 || kind.value !== "";
    found = 0;
    const visit = (one, before) => {
      const own = terms.filter((term) => words(one).includes(term));
      const have = new Set([...before, ...own]);
      const fits = !!one.item.v && verbs.has(one.item.v) && (!kind.value || kind.value === one.item.k);
      const said = have.size === terms.length && (own.length > 0 || terms.length === 0);
      const meant = fits && said;
      const under = have.size === terms.length && terms.length > 0;
      let inner = false;
      for (const part of one.parts) inner = visit(part, have) || inner;
      if (under) each(one.parts, (part) => { if (verbs.has(part.item.v) && (!kind.value || kind.value === part.item.k)) { part.shown = true; for (let up = part.above; up !== one; up = up.above) up.shown = true; inner = true; } });
      one.shown = meant || inner;
      one.reveals = narrowed && inner && !meant && !(under && one.depth > 0 && !kind.value);
      if (meant) found += 1;
      return one.shown;
    };
    roots.forEach((one) => visit(one, new Set()));
    each(roots, (one) => { one.open = narrowed ? one.reveals : !one.above && !one.item.v; });
    count.textContent = narrowed || verbs.size < 3 ? `${found.toLocaleString("en")} of ${all.toLocaleString("en")} differences` : `${all.toLocaleString("en")} differences`;
    draw(CHUNK);
  };

  /* Rows are made as they come into view: a report of twenty thousand differences opens at once. */
  let list = [], drawn = 0, here = null;
  const flat = (nodes, into) => {
    for (const one of nodes) if (one.shown) { into.push(one); if (one.open) flat(one.parts, into); }
    return into;
  };
  const draw = (many) => {
    list = flat(roots, []);
    tree.replaceChildren();
    drawn = 0;
    extend(many);
    if (!list.length) { const none = element("p", "none", "Nothing matches."); tree.append(none); none.setAttribute("role", "none"); }
    if (!list.includes(here)) here = list[0] || null;
    list.forEach((one) => { if (one.row) one.row.tabIndex = one === here ? 0 : -1; });
  };
  const extend = (many) => {
    const rows = document.createDocumentFragment();
    const next = list.slice(drawn, drawn + many);
    next.forEach((one) => rows.append(one.row = row(one)));
    drawn += next.length;
    tree.append(rows);
  };
  new IntersectionObserver((seen) => {
    if (seen.some((entry) => entry.isIntersecting) && drawn < list.length) { extend(CHUNK); }
  }, { rootMargin: "1200px" }).observe(more);
  addEventListener("scroll", () => { if (drawn < list.length && more.getBoundingClientRect().top < innerHeight + 1200) extend(CHUNK); }, { passive: true });
  addEventListener("beforeprint", () => extend(list.length));

  const element = (name, style, text) => {
    const made = document.createElement(name);
    if (style) made.className = style;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const short = (fields) => (fields || []).filter((field) => !field[3] && !`${field[1] ?? ""}${field[2] ?? ""}`.includes("\n"));
  const plain = (one) => {
    const fields = one.item.f || [], brief = short(fields);
    return !fields.length || brief.length === fields.length && (one.item.v === "alter" ? brief.length < 3 : fields.length < 2 && !one.parts.length);
  };
  const folds = (one) => one.parts.some((part) => part.shown) || !plain(one);
  const row = (one) => {
    const { v: verb, k, n: name } = one.item, holder = one.above ? one.above.item.k : "";
    const made = element("div", `row ${verb || (one.above ? "holds" : "scheme")}`);
    made.style.setProperty("--depth", one.depth);
    made.setAttribute("role", "treeitem");
    made.setAttribute("aria-level", one.depth + 1);
    made.tabIndex = one === here ? 0 : -1;
    made.node = one;
    const line = element("div", "line"), called = k.startsWith(`${holder} `) ? k.slice(holder.length + 1) : k;
    const turn = element("span", "turn", folds(one) ? "▶" : "");
    const mark = element("span", "mark", MARKS[verb] || (one.above ? "~" : ""));
    turn.setAttribute("aria-hidden", "true");
    mark.setAttribute("aria-hidden", "true");
    made.setAttribute("aria-label", `${WORDS[verb] || ""} ${called} ${name || ""} ${one.item.s || ""}`.trim());
    line.append(turn, ...(one.above || verb ? [mark] : []), element("span", "kind", called));
    if (name) line.append(element("span", "name", name));
    line.append(...told(one));
    made.append(line);
    if (folds(one)) made.setAttribute("aria-expanded", one.open);
    if (one.open && !plain(one)) made.append(detail(one));
    return made;
  };
  const told = (one) => {
    const { v: verb, f: fields, s: summary } = one.item;
    if (verb === "alter") {
      const brief = short(fields).slice(0, 2), rest = (fields || []).filter((field) => !brief.includes(field));
      const made = element("span", "told");
      brief.forEach(([name, before, after], place) => made.append(place ? " · " : "", `${name} `, element("del", "", before ?? "none"), " → ", element("ins", "", after ?? "none")));
      if (rest.length) made.append(brief.length ? " · " : "", rest.map((field) => field[0]).join(", "));
      return [made, ...counts(one)];
    }
    if (one.parts.some((part) => part.item.n)) return counts(one);
    return summary ? [element("span", "told", summary)] : [];
  };
  const plural = (word, many) => many === 1 ? word : /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : /(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
  const counts = (one) => {
    const tally = new Map();
    each(one.parts, (part) => {
      if (!part.item.v || !part.item.n) return;
      const holder = part.above.item.k, called = part.item.k.startsWith(`${holder} `) ? part.item.k.slice(holder.length + 1) : part.item.k;
      const key = `${part.item.v === one.item.v ? "" : MARKS[part.item.v]}|${called}`;
      tally.set(key, (tally.get(key) || 0) + 1);
    });
    if (!one.above && !one.item.v) return [element("span", "told counts", `${one.parts.length.toLocaleString("en")} ${plural("object", one.parts.length)}`)];
    const text = [...tally].map(([key, many]) => { const [mark, called] = key.split("|"); return `${mark}${many.toLocaleString("en")} ${plural(called, many)}`; });
    return text.length ? [element("span", "told counts", text.join(", "))] : [];
  };
  const detail = (one) => {
    const made = element("div", "detail"), fields = element("dl");
    for (const [name, before, after, lines] of one.item.f) {
      const value = element("dd");
      if (lines) value.append(block(lines));
      else if (one.item.v === "alter") value.append(element("del", "", before ?? "none"), " → ", element("ins", "", after ?? "none"));
      else if ((after ?? before ?? "").includes("\n")) value.append(element("pre", "", (after ?? before).replace(/^\n+|\s+$/g, "")));
      else value.textContent = after ?? before ?? "none";
      fields.append(element("dt", "", name), value);
    }
    made.append(fields);
    return made;
  };
  const block = (lines) => {
    const made = element("pre");
    lines.forEach((line) => made.append(element("span", { "+": "plus", "-": "minus", "@": "place" }[line[0]] || "", line || " ")));
    return made;
  };

  /* Moving about: one row takes part in tabbing, the keys do the rest. */
  const go = (one) => {
    if (!one) return;
    while (!one.row || !one.row.isConnected) { if (drawn >= list.length) return; extend(CHUNK); }
    if (here && here.row) here.row.tabIndex = -1;
    here = one;
    one.row.tabIndex = 0;
    one.row.focus({ preventScroll: true });
    one.row.scrollIntoView({ block: "nearest" });
  };
  const set = (one, open) => {
    if (!folds(one) || one.open === open) return;
    one.open = open;
    here = one;
    draw(Math.max(drawn, CHUNK));
    go(one);
  };
  const step = (by) => go(list[Math.min(list.length - 1, Math.max(0, list.indexOf(here) + by))]);
  tree.addEventListener("click", (event) => {
    const line = event.target.closest(".line");
    if (line && !String(getSelection())) { here = line.parentNode.node; set(here, !here.open); go(here); }
  });
  const inward = () => here.open && here.parts.some((part) => part.shown) ? step(1) : set(here, true);
  const outward = () => here.open && folds(here) ? set(here, false) : go(here.above);
  const KEYS = {
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1), ArrowRight: inward, ArrowLeft: outward,
    Enter: () => set(here, !here.open), " ": () => set(here, !here.open), Home: () => go(list[0]), End: () => go(list[list.length - 1]),
  };
  const clear = () => { search.value = ""; search.blur(); filter(); };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input, select, textarea");
    if (event.key === "Escape" && (event.target === search || search.value)) { event.preventDefault(); clear(); return; }
    if (event.target === search && (event.key === "Enter" || event.key === "ArrowDown")) { event.preventDefault(); go(list[0]); return; }
    if (typing) return;
    if (event.key === "/") { event.preventDefault(); search.focus(); search.select(); return; }
    const inside = tree.contains(event.target);
    if (!here || !(inside || ((event.key === "j" || event.key === "k") && !event.target.matches("button, a")))) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    if (inside) act(); else go(here);
  });

  let later = 0;
  search.addEventListener("input", () => { clearTimeout(later); later = setTimeout(filter, 80); });
  kind.addEventListener("change", filter);
  document.querySelectorAll(".chip").forEach((chip) => chip.addEventListener("click", () => {
    chip.setAttribute("aria-pressed", chip.getAttribute("aria-pressed") === "false");
    filter();
  }));
  const every = (open) => { each(roots, (one) => { one.open = open ? one.parts.length > 0 : !one.above && !one.item.v; }); draw(CHUNK); };
  document.getElementById("unfold").addEventListener("click", () => every(true));
  document.getElementById("fold").addEventListener("click", () => every(false));
  filter();
})();
