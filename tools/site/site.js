// The theme's search is a dialog without a name, which screen readers need.
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");

// The theme puts wide tables into boxes that scroll, which keys must reach, too.
const reachable = () => {
  for (const box of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) box.tabIndex = 0;
};
new MutationObserver(reachable).observe(document.body, { childList: true, subtree: true });
reachable();
