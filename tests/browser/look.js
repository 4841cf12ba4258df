// What test_every_page.py asks a page about; it calls these by name.
window.look = {
    // Remember every control and how it looks without focus; answers how many there are.
    watchFocus() {
        const radios = new Set();
        const isFirstOfGroup = e => e.type !== "radio" || !(radios.has(e.name) || !radios.add(e.name));
        const looks = e => [getComputedStyle(e), ...[...(e.labels || [])].flatMap(
            label => ["::before", "::after"].map(part => getComputedStyle(label, part)))]
            .filter(style => style.opacity !== "0")  // a radio's own circle is its label's
            .map(style => [style.outlineStyle, style.outlineWidth, style.boxShadow]).join();
        const all = "a[href], button, input, select, textarea, summary, [tabindex='0']";
        const controls = [...document.querySelectorAll(all)].filter(
            e => e.checkVisibility() && e.tabIndex >= 0 && !e.disabled && isFirstOfGroup(e)
                && !e.closest("[inert]"));  // a preview is looked at, never filled in
        document.activeElement.blur();
        const before = new Map(controls.map(e => [e, looks(e)]));
        const reached = new Set(), same = new Set();
        document.addEventListener("focusin", ({target}) => {
            const isIt = e => e === target || (e.type === "radio" && e.name === target.name);
            reached.add(controls.find(isIt));
            if (before.get(target) === looks(target)) same.add(target);
        });
        this.focused = () => [controls.filter(e => !reached.has(e)), [...same]].map(
            found => found.map(e => e.outerHTML.slice(0, 120)));
        return controls.length;
    },

    // What axe-core finds wrong, a line each.
    async flaws(tags) {
        const options = {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]};
        const {violations} = await axe.run(document, options);
        return violations.map(flaw =>
            `${flaw.id} (${flaw.nodes.length}): ${flaw.nodes[0].html.slice(0, 200)}`);
    },

    openAll() {
        document.querySelectorAll("details").forEach(e => { e.open = true; });
    },

    width() {
        return document.documentElement.scrollWidth;
    },
};
