//! The theme contract: everything a template may see, as plain serde structs. A template sees nothing
//! of the domain but this; a field here is a promise to theme authors.
//!
//! Every page template gets these variables:
//!
//! | variable | type | holds |
//! |---|---|---|
//! | `site` | [`SiteView`] | the same on every page |
//! | `page` | [`PageView`] | this page: kind, title, breadcrumbs, feeds |
//! | `root` | string | relative way from this page to the site's root: empty, `../`, `../../` |
//! | one named after the page kind | e.g. [`RecordView`] as `record` | the page's own data ([`Data`]) |
//!
//! Conventions:
//! - A field called `path` is a URL path relative to the site's root, percent-encoded. Write
//!   `{{ root }}{{ x.path }}`; so the site works under any sub-path and from `file://`.
//! - A field called `href` is a complete URL (`http`, `https` or `mailto`), usable as it is.
//! - Dates are `YYYY-MM-DD` strings; `{{ d | date }}` writes `1 March 2024`, `{{ d | date(short=true) }}` `1 Mar 2024`.
//! - Words of the author come as written; `{{ label | capital }}` gives the first a capital.
//! - Absent values are `none`; lists are never absent, only empty.
//! - Only [`RecordView::body`] is HTML; everything else is text for autoescape to escape.
//!
//! Each module below has the structs of its own pages, and fills them; what many pages share is in [`parts`].

pub mod about;
pub mod home;
pub mod list;
pub mod page;
pub mod parts;
pub mod people;
pub mod quote;
pub mod record;
pub mod site;
#[cfg(test)]
mod tests;
pub mod timeline;

pub use about::{AboutView, DiagnosticCount, NotFoundView, SkippedRow, SourceRow};
pub use home::{Bar, CollectionSummary, HomeView, OpenRow, ReviewRow};
pub use list::{
    ChooserView, CollectionView, FacetView, LabelCount, PhaseView, SearchList, SearchView, StateMeaning,
    StateView, StatesView, TagCount, TagView, TagsView,
};
pub use page::{Crumb, PageView};
pub use parts::{
    ChangeView, CollectionLink, DiagnosticView, Due, EventView, Pager, PagerEntry, PersonLink, RecordLink,
    RecordRow, SharedRow, StateCount, TagLink, WebLinkView,
};
pub use people::{PeopleView, PersonCount, PersonRole, PersonView};
pub use quote::Quote;
pub use record::{
    DateRow, ExtraRow, FacetRow, LinkRow, OptionView, PeopleRow, RecordView, ReferenceView, RelationGroup,
    RelationRow, SourceView, StatusDay, StatusView, Succession, TocEntry,
};
pub use site::{FeedLink, NavEntry, SiteView};
pub use timeline::{ChangesView, Lane, LaneGroup, RecordGroup, Span, Tick, TimelineView, WeekView, YearView};

/// A page's own data. The template sees the content under the variable named in each line.
#[derive(Debug, Clone)]
pub enum Data {
    /// `home`, in `home.html`.
    Home(HomeView),
    /// `collection`, in `collection.html`.
    Collection(CollectionView),
    /// `record`, in `record.html`.
    Record(Box<RecordView>),
    /// `chooser`, in `chooser.html`.
    Chooser(ChooserView),
    /// `timeline`, in `timeline.html`.
    Timeline(TimelineView),
    /// `tags`, in `tags.html`.
    Tags(TagsView),
    /// `tag`, in `tag.html`.
    Tag(TagView),
    /// `people`, in `people.html`.
    People(PeopleView),
    /// `person`, in `person.html`.
    Person(PersonView),
    /// `states`, in `states.html`.
    States(StatesView),
    /// `state`, in `state.html`.
    State(StateView),
    /// `changes`, in `changes.html`.
    Changes(ChangesView),
    /// `about`, in `about.html`.
    About(AboutView),
    /// `not_found`, in `not-found.html`.
    NotFound(NotFoundView),
    /// `search`, in `search.html`.
    Search(SearchView),
}
