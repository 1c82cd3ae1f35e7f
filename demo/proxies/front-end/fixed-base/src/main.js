import "./style.css";

// What base says in vite.config.js, without its slash at the end.
const root = import.meta.env.BASE_URL.replace(/\/$/, "");

// With the root in front, it works on a page of any depth.
async function api(path) {
  const response = await fetch(`${root}/api${path}`);
  if (!response.ok) {
    throw new Error(`${response.url} answers ${response.status}`);
  }
  return response.json();
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

function link(path, text) {
  return element("a", {
    href: root + path,
    textContent: text,
    onclick(event) {
      // The browser opens a new tab or window itself.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      history.pushState(null, "", this.href);
      show();
    },
  });
}

async function books() {
  const found = await api("/books/");
  return [
    element("h1", { textContent: "Books" }),
    ...found.map((book) => link(`/books/${book.id}/edit`, book.title)),
  ];
}

async function edit(id) {
  const book = await api(`/books/${id}`);
  return [element("h1", { textContent: `Edit ${book.title}` }), link("/", "Books")];
}

async function show() {
  const { pathname } = location;
  const found = pathname.slice(root.length).match(/^\/books\/(\d+)\/edit$/);
  const content = await (found ? edit(found[1]) : books());
  // Unless another page was asked for meanwhile.
  if (pathname === location.pathname) {
    document.querySelector("main").replaceChildren(...content);
  }
}

addEventListener("popstate", show);
show();
