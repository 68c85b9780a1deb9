// Rows of departments: added from the page's template, taken away, their own hours shown when they are wanted.
let made = 0;

export function startDepartments(field) {
  const list = field.querySelector("[data-department-list]");
  const add = field.querySelector("[data-add-department]");
  const watch = (row) => {
    const own = row.querySelector("[data-own]");
    const draw = () => {
      row.querySelector("[data-own-hours]").hidden = !own.checked;
    };
    own.addEventListener("change", draw);
    draw();
    row.querySelector("[data-remove-department]").addEventListener("click", () => {
      row.remove();
      add.focus();
    });
  };
  add.addEventListener("click", () => {
    const row = field.querySelector("template").content.firstElementChild.cloneNode(true);
    const token = `new${(made += 1)}`;
    row.querySelector("[name=departments]").value = token;
    for (const input of row.querySelectorAll("[name^=dep_new_]"))
      input.name = input.name.replace("dep_new_", `dep_${token}_`);
    list.append(row);
    watch(row);
    row.querySelector("input:not([type=hidden])").focus();
  });
  for (const row of list.children) watch(row);
}
