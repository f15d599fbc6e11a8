//! One page at a time: [`Page`] → bytes. Pure; may be called from many threads. Keeps nothing, so that the
//! site is never in memory as a whole.

use std::sync::Arc;

use tera::Value;

use crate::diagnostic::Diagnostic;
use crate::json;
use crate::machine;
use crate::output::Content;
use crate::plan::{Page, Plan};
use crate::source::{self, File, Inputs};
use crate::svg;
use crate::theme::Theme;
use crate::twin;
use crate::view::about;
use crate::view::page::{Html, html};
use crate::view::site::site_view;
use crate::view::{Data, SiteView};

/// What all pages of a site share.
pub struct Setting {
    /// Every path, and what stands there.
    pub plan: Plan,
    /// What the pages are made from.
    pub inputs: Arc<Inputs>,
    /// The templates and the static files.
    pub theme: Arc<Theme>,
    /// The site's view, converted once: templates share it by reference count.
    site: Value,
}

/// A page's content, and what went wrong in making it.
pub struct Rendered {
    /// What to write.
    pub content: Content,
    /// Template errors, and blocks that could not be drawn.
    pub diagnostics: Vec<Diagnostic>,
}

/// Prepares what all pages share.
pub fn setting(plan: Plan, inputs: Arc<Inputs>, theme: Arc<Theme>) -> Setting {
    let site: SiteView = site_view(&plan.catalog, &theme);
    Setting { plan, inputs, theme, site: Value::from_serializable(&site) }
}

impl Setting {
    /// True where templates see the same of the site as a whole.
    pub fn is_same_site(&self, other: &Setting) -> bool {
        self.site == other.site
    }
}

/// The content of an output path of the plan; `None` for a path that the plan does not have.
pub fn render(setting: &Setting, path: &str) -> Option<Rendered> {
    render_with(setting, &setting.theme, path)
}

/// The content of an output path by the templates of another theme.
pub fn render_with(setting: &Setting, theme: &Theme, path: &str) -> Option<Rendered> {
    let page = setting.plan.pages.get(path)?;
    let catalog = &setting.plan.catalog;
    let plain = |bytes: Vec<u8>| Some(Rendered { content: Content::Bytes(bytes), diagnostics: Vec::new() });
    match page {
        Page::Asset(source) => match setting.inputs.text(source) {
            Some(text) if source::is_svg(source) => match svg::clean(&text.text) {
                Ok(clean) => plain(clean.text.into_owned().into_bytes()),
                Err(_) => plain(svg::placeholder().into()),
            },
            _ if source::is_svg(source) => plain(svg::placeholder().into()),
            _ => Some(Rendered { content: Content::Copy(source.clone()), diagnostics: Vec::new() }),
        },
        Page::Theme(path) => plain(setting.theme.files.get(path)?.to_vec()),
        Page::SearchFile => plain(setting.plan.search.get(path)?.to_vec()),
        Page::Lookup => plain(about::lookup(catalog).into_bytes()),
        Page::Records => plain(json::records(&catalog.site)),
        Page::Schema => plain(json::schema()),
        Page::Twin(ix) => {
            let entry = catalog.site.entries.get(*ix)?;
            let text = match setting.inputs.files.get(&entry.record.source) {
                Some(File::Text(text)) => text.text.as_str(),
                _ => "",
            };
            plain(twin::markdown(catalog, *ix, text).into_bytes())
        }
        Page::Feed(feed) => Some(template(
            setting,
            theme,
            "atom.xml",
            [("feed", Value::from_serializable(&machine::feed(catalog, *feed)))],
        )),
        Page::Sitemap(part) => {
            let urls = Value::from_serializable(&machine::sitemap(&setting.plan, *part));
            Some(template(setting, theme, "sitemap.xml", [("urls", urls)]))
        }
        Page::SitemapIndex(parts) => {
            let parts = Value::from_serializable(&machine::sitemap_index(&setting.plan, *parts));
            Some(template(setting, theme, "sitemap.xml", [("parts", parts)]))
        }
        Page::Llms => {
            let llms = Value::from_serializable(&machine::llms(catalog));
            Some(template(setting, theme, "llms.txt", [("llms", llms)]))
        }
        _ => {
            let Html { page, root, data, diagnostics } = html(&setting.plan, &setting.inputs, path, page)?;
            let (name, variable) = data.template();
            let mut rendered = template(
                setting,
                theme,
                name,
                [
                    ("page", Value::from_serializable(&page)),
                    ("root", Value::normal_string(&root)),
                    (variable, value(&data)),
                ],
            );
            rendered.diagnostics.extend(diagnostics);
            Some(rendered)
        }
    }
}

fn template<const N: usize>(
    setting: &Setting,
    theme: &Theme,
    name: &str,
    variables: [(&'static str, Value); N],
) -> Rendered {
    let mut context = tera::Context::new();
    context.insert_value("site", setting.site.clone());
    for (name, value) in variables {
        context.insert_value(name, value);
    }
    let (text, problem) = theme.render(name, &context);
    // A page that no template can render is still there, and says why: other pages link to it.
    let text = text.unwrap_or_else(|| {
        let message = problem.as_ref().map(|problem| problem.message.as_str()).unwrap_or_default();
        format!("This page could not be rendered: {}\n", message.replace(['<', '&'], " "))
    });
    Rendered { content: Content::Bytes(text.into_bytes()), diagnostics: problem.into_iter().collect() }
}

fn value(data: &Data) -> Value {
    match data {
        Data::Home(view) => Value::from_serializable(view),
        Data::Collection(view) => Value::from_serializable(view),
        Data::Record(view) => Value::from_serializable(view),
        Data::Chooser(view) => Value::from_serializable(view),
        Data::Timeline(view) => Value::from_serializable(view),
        Data::Tags(view) => Value::from_serializable(view),
        Data::Tag(view) => Value::from_serializable(view),
        Data::People(view) => Value::from_serializable(view),
        Data::Person(view) => Value::from_serializable(view),
        Data::States(view) => Value::from_serializable(view),
        Data::State(view) => Value::from_serializable(view),
        Data::Changes(view) => Value::from_serializable(view),
        Data::About(view) => Value::from_serializable(view),
        Data::NotFound(view) => Value::from_serializable(view),
        Data::Search(view) => Value::from_serializable(view),
    }
}
