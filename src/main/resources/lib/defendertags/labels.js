Behaviour.specify("[data-defender-tags-label]", "defender-tags-label", 0, (part) => {
  const field = part.querySelector("select, textarea");
  if (field && !field.hasAttribute("aria-label")) {
    field.setAttribute("aria-label", part.dataset.defenderTagsLabel);
  }
});
