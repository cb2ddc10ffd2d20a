/// The page's one script: the filter and the search.
///
/// It reads the table and writes classes, sizes and one line of text: no value becomes markup. Rows
/// are taken group by group, a few milliseconds at a time, so that typing never waits.
enum PageScript {
  /// SHA-256 of ``text`` in Base64, for the page's policy; a test computes it again.
  static let hash: StaticString = "lRJSS5fmD8eHZqqBwAMZNghbXOSfFqfaTh0cXPQUSes="

  static let text: StaticString = #"""

    "use strict";
    document.documentElement.classList.add("js");
    document.addEventListener("DOMContentLoaded", () => {
      const table = document.getElementById("users");
      const search = document.getElementById("search");
      const shown = document.getElementById("shown");
      if (!table || !search || !shown) return;
      const groups = [...table.tBodies];
      const total = groups.reduce((sum, group) => sum + group.rows.length, 0);
      const words = (number) => number.toLocaleString("en");
      let turn = 0;

      const condition = () => {
        const choice = document.querySelector("input[name=show]:checked");
        const value = choice ? choice.value : "";
        const cell = choice ? Number(choice.dataset.cell) : 0;
        const terms = search.value.normalize().toLowerCase().split(/\s+/).filter(Boolean);
        return (row) => {
          if (value && row.cells[cell].textContent !== value) return false;
          if (!terms.length) return true;
          const text = row.textContent.normalize().toLowerCase();
          return terms.every((term) => text.includes(term));
        };
      };

      const apply = (group, fits) => {
        const rows = [...group.rows];
        const fitting = rows.map(fits);
        const count = fitting.filter(Boolean).length;
        group.hidden = count === 0;
        if (count === 0) return 0;
        rows.forEach((row, index) => {
          if (row.hidden === fitting[index]) row.hidden = !fitting[index];
        });
        group.style.setProperty("--rows", count);
        return count;
      };

      const filter = () => {
        const mine = ++turn;
        const fits = condition();
        let next = 0;
        let count = 0;
        table.classList.add("busy");
        const step = () => {
          if (mine !== turn) return;
          const until = performance.now() + 20;
          while (next < groups.length && performance.now() < until) {
            count += apply(groups[next++], fits);
          }
          if (next < groups.length) return void setTimeout(step);
          table.classList.remove("busy");
          shown.textContent = `Shown: ${words(count)} of ${words(total)}`;
        };
        step();
      };

      search.addEventListener("input", filter);
      document.addEventListener("change", (event) => {
        if (event.target.name === "show") filter();
      });
      filter();
    });

    """#
}
