// Other generators that serve a site while it is written: the site each of them needs, made from the same records, and
// the command that serves it. Each page has title, status, table of contents and body; one list has all records.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const write = (path, text) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const quoted = (text) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
const html = (title, body) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>`;

/** Every record: its path, title, status, and the text below its front matter. */
function records(log) {
  const paths = readdirSync(log, { recursive: true }).filter((path) => path.endsWith(".md")).sort();
  return paths.map((path) => {
    const text = readFileSync(join(log, path), "utf8");
    const [, head = "", body = text] = /^---\n(.*?)\n---\n(.*)$/s.exec(text) ?? [];
    const field = (key) => new RegExp(`^${key}:(.*)$`, "m").exec(head)?.[1].trim().replace(/^"|"$/g, "") ?? "";
    const title = field("title") || /^# (.*)$/m.exec(body)?.[1] || path;
    return { path, title, status: field("status"), body };
  });
}

/** Marks of templates inside a text mean nothing here. */
const plain = (body) => body.replaceAll("{{", "{ {").replaceAll("{%", "{ %").replaceAll("{#", "{ #");

function hugo(log, site) {
  write(
    join(site, "hugo.toml"),
    "title = 'Log'\nbaseURL = 'http://localhost/'\ndisableKinds = ['taxonomy', 'term', 'RSS', 'sitemap', '404']\n[markup.highlight]\nnoClasses = false\n[markup.goldmark.renderer]\nunsafe = true\n",
  );
  const list = html("Log", '<ul>{{ range site.RegularPages }}<li><a data-file="{{ .File.Path }}" href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Params.state }}</li>{{ end }}</ul>');
  write(join(site, "layouts/_default/single.html"), html("{{ .Title }}", "<main><h1>{{ .Title }}</h1><p>{{ .Params.state }}</p>{{ .TableOfContents }}{{ .Content }}</main>"));
  write(join(site, "layouts/index.html"), list);
  write(join(site, "layouts/_default/list.html"), list);
  for (const { path, title, status, body } of records(log)) {
    write(join(site, "content", path), `---\ntitle: ${quoted(title)}\nstate: ${quoted(status)}\n---\n${plain(body)}`);
  }
}

function zola(log, site) {
  write(join(site, "config.toml"), "title = 'Log'\nbase_url = 'http://localhost'\ncompile_sass = false\nbuild_search_index = false\n");
  const list = html("Log", '<ul>{% for page in section.pages %}<li><a data-file="{{ page.relative_path | safe }}" href="{{ page.path | safe }}">{{ page.title }}</a> {{ page.extra.state }}</li>{% endfor %}</ul>');
  write(join(site, "templates/page.html"), html("{{ page.title }}", "<main><h1>{{ page.title }}</h1><p>{{ page.extra.state }}</p><ul>{% for h in page.toc %}<li>{{ h.title }}</li>{% endfor %}</ul>{{ page.content | safe }}</main>"));
  write(join(site, "templates/index.html"), list);
  write(join(site, "templates/section.html"), list);
  write(join(site, "content/_index.md"), "+++\n+++\n");
  for (const { path, title, status, body } of records(log)) {
    // Only a folder that says so is a section; here its pages are its parent's.
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
      write(join(site, "content", folder, "_index.md"), "+++\ntransparent = true\n+++\n");
    }
    write(join(site, "content", path), `+++\ntitle = ${quoted(title)}\n[extra]\nstate = ${quoted(status)}\n+++\n${plain(body)}`);
  }
}

function mdbook(log, site) {
  write(join(site, "book.toml"), '[book]\ntitle = "Log"\n[output.html.search]\nenable = false\n');
  const all = records(log);
  for (const { path, title, status, body } of all) write(join(site, "src", path), `# ${title}\n\n${status}\n\n${body}`);
  write(join(site, "src/SUMMARY.md"), `# Summary\n\n${all.map(({ path, title }) => `- [${title.replace(/[[\]]/g, "")}](<${path}>)`).join("\n")}\n`);
}

const listed = async (url, path) => {
  const link = new RegExp(`data-file="?${path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}"? href="?([^" >]+)`);
  const text = await (await fetch(url)).text();
  return new URL(link.exec(text)[1], url).href;
};

const peers = [
  {
    name: "hugo",
    version: "version",
    adapt: hugo,
    content: "content",
    serve: (port) => ["server", "--bind", "127.0.0.1", "--port", port, "--buildFuture", "--buildDrafts", "--quiet"],
    address: listed,
  },
  {
    name: "zola",
    version: "--version",
    adapt: zola,
    content: "content",
    serve: (port) => ["serve", "--interface", "127.0.0.1", "--port", port],
    address: listed,
  },
  {
    name: "mdbook",
    version: "--version",
    adapt: mdbook,
    content: "src",
    serve: (port) => ["serve", "--hostname", "127.0.0.1", "--port", port],
    address: async (url, path) => new URL(path.replace(/\.md$/, ".html"), url).href,
  },
];

/** Those that are installed, each with what it says of its version. */
export function installed() {
  return peers.flatMap((peer) => {
    try {
      const said = execFileSync(peer.name, [peer.version], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
      return [{ ...peer, version: /v?(\d+\.\d+\.\d+)/.exec(said)?.[1] ?? "?" }];
    } catch {
      return [];
    }
  });
}
