//! The one table from key spellings to fields. A key is compared in its [normal form](normalise), so
//! `Superseded-By`, `supersededBy`, `superseded_by` and `superseded by (*optional)` are one row.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Role, number, relation};

/// What a key speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Where the decision stands.
    Status,
    /// Where the work stands: the status of collections that have no other.
    Stage,
    /// Words about the status.
    StatusNote,
    /// Number or id.
    Number,
    /// Title.
    Title,
    /// A name that may serve as a title: `Feature Name`.
    Name,
    /// One sentence about it.
    Summary,
    /// Last part of its address.
    Slug,
    /// Not to be published yet.
    Draft,
    /// Written or proposed on this day.
    Created,
    /// Last changed on this day.
    Updated,
    /// Decided on this day.
    Decided,
    /// Comments are welcome until this day.
    CommentBy,
    /// Due for another look on this day.
    ReviewBy,
    /// Another dated milestone.
    Milestone,
    /// People.
    People(Role),
    /// Who looks after the record: its author where none is named (`editor`, `contact`, `owner`).
    Steward,
    /// Another record; the kind is [`relation`]'s.
    Relation(&'static str),
    /// A list of typed links: `links: [{target: 2, kind: supersedes}]`.
    Links,
    /// Where it is talked about.
    Discussion,
    /// Issues that follow the work.
    Tracking,
    /// Where it was carried out.
    Implementation,
    /// A facet to find it by.
    Facet(&'static str),
    /// What should force another look.
    Revisit,
    /// The options compared.
    Options,
    /// Known, and of no use to a reader; kept with the other extras.
    Extra,
}

use Field::*;
use Role::*;

/// Key spellings in normal form. Sorted by field, then by how often they are seen.
#[rustfmt::skip]
const FIELDS: &[(&str, Field)] = &[
    ("status", Status), ("state", Status), ("ipip", Status), ("statut", Status), ("状态", Status), ("estado", Status),
    ("stato", Status), ("ステータス", Status), ("decisionstatus", Status), ("adrstatus", Status), ("rfcstatus", Status),
    ("currentstatus", Status), ("статус", Status), ("상태", Status), ("状態", Status),
    ("estatus", Status), ("狀態", Status),
    ("stage", Stage), ("maturity", Stage), ("implementationstatus", Stage),
    ("decisionnote", StatusNote), ("since", StatusNote), ("statusnote", StatusNote), ("withdrawalreason", StatusNote),
    ("rejectionreason", StatusNote), ("amendmentstatus", StatusNote), ("statusreason", StatusNote),
    ("number", Number), ("id", Number), ("proposal", Number), ("identifier", Number), ("no", Number),
    ("adr", Number), ("rfc", Number), ("rfd", Number), ("pep", Number), ("eip", Number), ("erc", Number), ("kep", Number),
    ("编号", Number), ("nummer", Number), ("numéro", Number), ("número", Number), ("numero", Number),
    ("title", Title), ("decisiontitle", Title), ("标题", Title), ("titre", Title), ("titel", Title),
    ("título", Title), ("titulo", Title), ("название", Title), ("タイトル", Title),
    ("featurename", Name), ("name", Name), ("proposalname", Name), ("feature", Name),
    ("description", Summary), ("summary", Summary), ("abstract", Summary), ("tldr", Summary),
    ("slug", Slug), ("draft", Draft),
    ("created", Created), ("startdate", Created), ("creationdate", Created), ("date", Created), ("createddate", Created),
    ("datestarted", Created), ("datecreated", Created), ("createdat", Created), ("createdon", Created),
    ("dateproposed", Created), ("proposed", Created), ("proposeddate", Created), ("submitted", Created),
    ("datesubmitted", Created), ("opened", Created), ("started", Created), ("日期", Created), ("日付", Created),
    ("datum", Created), ("fecha", Created), ("data", Created), ("дата", Created), ("날짜", Created),
    ("fechadecreación", Created), ("datadicreazione", Created), ("datadecriação", Created), ("datedecréation", Created), ("作成日", Created),
    ("작성일", Created), ("датасоздания", Created), ("publishdate", Created), ("pubdate", Created), ("published", Created), ("erstellt", Created), ("创建日期", Created),
    ("updated", Updated), ("lastupdated", Updated), ("lastmodified", Updated), ("modified", Updated),
    ("lastupdate", Updated), ("lastmod", Updated), ("updatedat", Updated), ("updateddate", Updated),
    ("dateupdated", Updated), ("lastupdatedon", Updated), ("lastreviewed", Updated), ("dateoflastupdate", Updated),
    ("statuslastreviewed", Updated), ("lastchanged", Updated), ("revised", Updated), ("更新日", Updated), ("更新日期", Updated), ("aktualisiert", Updated),
    ("letzteänderung", Updated), ("miseàjour", Updated), ("actualizado", Updated), ("atualizado", Updated),
    ("decided", Decided), ("decisiondate", Decided), ("decidedat", Decided), ("decidedon", Decided),
    ("accepted", Decided), ("acceptedat", Decided), ("acceptedon", Decided), ("accepteddate", Decided),
    ("dateaccepted", Decided), ("approvaldate", Decided), ("approved", Decided), ("approvedon", Decided),
    ("dateapproved", Decided), ("dateofdecision", Decided), ("datedecided", Decided), ("decidedate", Decided),
    ("datededécision", Decided), ("fechadedecisión", Decided), ("datadadecisão", Decided), ("entscheidungsdatum", Decided), ("決定日", Decided),
    ("commentby", CommentBy), ("commentsby", CommentBy), ("commentsdue", CommentBy), ("commentdeadline", CommentBy),
    ("lastcalldatetime", CommentBy), ("lastcallenddate", CommentBy), ("lastcalldeadline", CommentBy),
    ("lastcall", CommentBy), ("reviewperiodend", CommentBy), ("feedbackdeadline", CommentBy), ("feedbackby", CommentBy),
    ("reviewends", CommentBy), ("commentsuntil", CommentBy), ("commentuntil", CommentBy), ("fcpends", CommentBy),
    ("openuntil", CommentBy), ("votingends", CommentBy),
    ("reviewby", ReviewBy), ("nextreview", ReviewBy), ("reviewon", ReviewBy), ("revisitby", ReviewBy),
    ("revisiton", ReviewBy), ("reviewafter", ReviewBy), ("expires", ReviewBy), ("expirydate", ReviewBy),
    ("validuntil", ReviewBy), ("revisitdate", ReviewBy), ("nextreviewdate", ReviewBy), ("revisitafter", ReviewBy),
    ("releasedate", Milestone), ("implementedat", Milestone), ("implementedon", Milestone), ("withdrawnat", Milestone),
    ("withdrawnon", Milestone), ("rejectedat", Milestone), ("rejectedon", Milestone), ("deprecatedat", Milestone),
    ("deprecatedon", Milestone), ("supersededon", Milestone), ("activatedon", Milestone), ("released", Milestone),
    ("dateimplemented", Milestone), ("implementeddate", Milestone), ("hederareviewdate", Milestone),
    ("hederarevieweddate", Milestone), ("reviewdate", Milestone), ("revieweddate", Milestone), ("assigned", Milestone), ("removalby", Milestone),
    ("author", People(Author)), ("proposer", People(Author)), ("pointofcontact", Steward),
    ("contact", Steward), ("editor", Steward), ("owner", Steward),
    ("originalauthor", People(Author)), ("writtenby", People(Author)), ("proposedby", People(Author)),
    ("coauthor", People(Author)), ("auteur", People(Author)), ("autor", People(Author)), ("作者", People(Author)),
    ("submitter", Steward), ("maintainer", Steward), ("champion", Steward), ("driver", Steward), ("автор", People(Author)),
    ("proposalauthor", People(Author)), ("authoredby", People(Author)), ("autore", People(Author)),
    ("autores", People(Author)), ("autoren", People(Author)), ("autori", People(Author)), ("auteure", People(Author)),
    ("rédacteur", People(Author)), ("verfasser", People(Author)), ("responsável", Steward), ("responsable", Steward),
    ("作成者", People(Author)), ("提案者", People(Author)), ("작성자", People(Author)), ("起草人", People(Author)),
    ("decider", People(Decider)), ("decisionmaker", People(Decider)), ("decidedby", People(Decider)),
    ("approver", People(Decider)), ("apiapprover", People(Decider)), ("approvedby", People(Decider)),
    ("shepherdleader", People(Decider)), ("accountable", People(Decider)), ("决策者", People(Decider)),
    ("entscheider", People(Decider)), ("décideur", People(Decider)), ("signoff", People(Decider)),
    ("décisionnaire", People(Decider)), ("entscheidungsträger", People(Decider)), ("entscheiderin", People(Decider)), ("decisor", People(Decider)),
    ("decisores", People(Decider)), ("decisori", People(Decider)), ("beslisser", People(Decider)), ("決定者", People(Decider)), ("결정자", People(Decider)),
    ("决策人", People(Decider)),
    ("reviewer", People(Reviewer)), ("reviewmanager", People(Reviewer)), ("reviewedby", People(Reviewer)),
    ("shepherdteam", People(Reviewer)), ("shepherd", People(Reviewer)), ("apibarraiser", People(Reviewer)),
    ("prrapprover", People(Reviewer)), ("sponsor", People(Reviewer)),
    ("consulted", People(Consulted)), ("contributor", People(Consulted)), ("collaborator", People(Consulted)),
    ("implementor", People(Consulted)), ("implementer", People(Consulted)), ("participant", People(Consulted)),
    ("stakeholder", People(Consulted)), ("involved", People(Consulted)), ("consulté", People(Consulted)),
    ("consultado", People(Consulted)), ("beteiligte", People(Consulted)), ("konsultiert", People(Consulted)),
    ("informed", People(Informed)), ("notified", People(Informed)), ("informé", People(Informed)),
    ("informado", People(Informed)), ("informiert", People(Informed)),
    ("links", Links), ("relations", Links),
    ("discussionsto", Discussion), ("discussion", Discussion), ("rfcpr", Discussion), ("review", Discussion),
    ("pr", Discussion), ("discussionat", Discussion), ("pullrequest", Discussion), ("commentsuri", Discussion),
    ("prnumber", Discussion), ("presipthread", Discussion), ("prerfc", Discussion), ("thread", Discussion),
    ("mailinglist", Discussion), ("forumthread", Discussion), ("discussionlink", Discussion), ("pitch", Discussion),
    ("resolution", Discussion), ("discuss", Discussion), ("discussto", Discussion), ("discussionthread", Discussion),
    ("posthistory", Discussion), ("architectureissue", Discussion),
    ("trackingissue", Tracking), ("trackinglink", Tracking), ("projectlink", Tracking), ("issue", Tracking),
    ("bug", Tracking), ("ticket", Tracking), ("jiraticket", Tracking), ("issuenumber", Tracking),
    ("othertrackingissue", Tracking), ("technicalstory", Tracking), ("tracking", Tracking), ("userstory", Tracking),
    ("referenceissue", Tracking), ("relatedissue", Tracking), ("epic", Tracking), ("story", Tracking), ("jira", Tracking),
    ("implementation", Implementation), ("implementationpr", Implementation), ("prototype", Implementation),
    ("implementationlink", Implementation), ("referenceimplementation", Implementation),
    ("implementationissue", Implementation),
    ("tags", Facet("tags")), ("tag", Facet("tags")), ("keyword", Facet("tags")), ("label", Facet("tags")),
    ("topic", Facet("tags")), ("etiquette", Facet("tags")), ("category", Facet("category")),
    ("categories", Facet("category")), ("subcategory", Facet("category")), ("type", Facet("type")), ("kind", Facet("type")),
    ("track", Facet("type")), ("area", Facet("area")), ("scope", Facet("area")), ("layer", Facet("area")),
    ("domain", Facet("area")), ("component", Facet("area")), ("team", Facet("team")), ("workinggroup", Facet("team")),
    ("owningsig", Facet("sig")), ("sig", Facet("sig")), ("participatingsig", Facet("sig")), ("impact", Facet("impact")),
    ("department", Facet("team")), ("squad", Facet("team")),
    ("revisit", Revisit), ("revisitwhen", Revisit), ("revisittrigger", Revisit), ("revisitif", Revisit),
    ("revisitcondition", Revisit), ("reviewtrigger", Revisit), ("reconsiderwhen", Revisit), ("trigger", Revisit),
    ("option", Options), ("consideredoption", Options), ("alternative", Options),
    ("menutitle", Extra), ("navorder", Extra), ("parent", Extra), ("layout", Extra), ("permalink", Extra),
    ("version", Extra), ("license", Extra), ("licence", Extra), ("copyright", Extra), ("latestmilestone", Extra),
    ("milestone", Extra), ("implementedin", Extra), ("releaseversion", Extra), ("release", Extra),
    ("targetmajorversion", Extra), ("upcomingfeatureflag", Extra), ("featuregate", Extra), ("vision", Extra),
    ("meta", Extra), ("weight", Extra), ("aliases", Extra), ("previousrevision", Extra), ("experimentalfeatureflag", Extra),
];

static BY_NAME: LazyLock<HashMap<&str, Field>> = LazyLock::new(|| FIELDS.iter().copied().collect());

/// What a key speaks of, by the table, by [`relation`]'s kinds, or by what its last word says of keys
/// that nobody has listed (`Pony Issue`, `HIP PR`, `kep-number`). `None` where nothing tells.
pub fn of(key: &str) -> Option<Field> {
    let normal = normalise(key);
    let singular = singular(&normal);
    let known = |name: &str| BY_NAME.get(name).copied();
    known(&normal)
        .or_else(|| known(&singular))
        .or_else(|| relation::of_key(&normal).map(Relation))
        .or_else(|| is_comment_window(&normal).then_some(CommentBy))
        .or_else(|| by_last_word(&singular))
        .or_else(|| below_series(key))
}

/// `RFC Driver` is the driver of an RFC.
fn below_series(key: &str) -> Option<Field> {
    let (word, rest) = key.split_once([' ', '-', '_'])?;
    let field = number::is_series_word(word).then(|| of(rest))?;
    field.filter(|field| is_telling(*field))
}

/// The known key that an unknown one is a slip of the pen away from: `statsu` → `status`. Short keys and
/// keys of several words are words of their own.
pub fn suggestion(key: &str) -> Option<&'static str> {
    let normal = normalise(key);
    let is_word = key.trim().contains([' ', '.']) || OTHER_WORDS.contains(&&*normal);
    if normal.chars().count() < 5 || is_word || of(key).is_some() {
        return None;
    }
    let near = |name: &&'static str| name.len() >= 4 && strsim::osa_distance(name, &normal) == 1;
    SLIPS.iter().copied().find(near)
}

/// Words one letter away from a field that mean something else.
const OTHER_WORDS: [&str; 1] = ["stats"];

/// Keys worth a suggestion: what most records have, in the spelling to recommend.
const SLIPS: [&str; 24] = [
    "status",
    "title",
    "created",
    "updated",
    "decided",
    "author",
    "authors",
    "deciders",
    "reviewers",
    "consulted",
    "informed",
    "supersedes",
    "supersededby",
    "amends",
    "amendedby",
    "requires",
    "extends",
    "relatesto",
    "discussion",
    "tracking",
    "implementation",
    "description",
    "category",
    "reviewby",
];

/// Endings that say what an unlisted key speaks of. Longer endings first.
const ENDINGS: &[(&str, Field)] = &[
    ("trackingissue", Tracking),
    ("pullrequest", Discussion),
    ("number", Number),
    ("issue", Tracking),
    ("ticket", Tracking),
    ("date", Milestone),
];

/// True for keys that say until when a record is open: one word of what goes on and one of its end, with
/// nothing but small words beside them (`Comment window`, `Deadline for decision`, `FCP until`).
fn is_comment_window(normal: &str) -> bool {
    const ACTS: [&str; 10] = [
        "comments",
        "comment",
        "feedback",
        "review",
        "lastcall",
        "finalcomment",
        "fcp",
        "voting",
        "discussion",
        "decision",
    ];
    const ENDS: [&str; 11] =
        ["window", "deadline", "until", "closes", "closing", "period", "ends", "end", "due", "open", "by"];
    const SMALL: [&str; 7] = ["for", "the", "of", "on", "date", "is", "to"];
    let (mut rest, mut acts, mut ends) = (normal, 0, 0);
    while !rest.is_empty() {
        let word = |words: &[&str]| words.iter().find_map(|word| rest.strip_prefix(word));
        (rest, acts, ends) = match (word(&ACTS), word(&ENDS), word(&SMALL)) {
            (Some(rest), ..) => (rest, acts + 1, ends),
            (None, Some(rest), _) => (rest, acts, ends + 1),
            (None, None, Some(rest)) => (rest, acts, ends),
            _ => return false,
        };
    }
    acts == 1 && ends > 0
}

fn by_last_word(singular: &str) -> Option<Field> {
    if let Some(series) = singular.strip_suffix("pr")
        && (2..=4).contains(&series.len())
    {
        return Some(Discussion);
    }
    let (_, field) =
        ENDINGS.iter().find(|(ending, _)| singular.len() > ending.len() && singular.ends_with(ending))?;
    Some(*field)
}

/// A key in normal form: lower case, without separators, markup, a parenthesised remark (`(s)`,
/// `(*optional)`, `(yyyy-mm-dd)`), `#` and a trailing colon.
pub fn normalise(key: &str) -> Cow<'_, str> {
    if key.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Cow::Borrowed(key);
    }
    if key.is_ascii() {
        let mut normal = key.to_ascii_lowercase().into_bytes();
        normal.truncate(memchr::memchr(b'(', &normal).unwrap_or(normal.len()));
        normal.retain(u8::is_ascii_alphanumeric);
        return Cow::Owned(String::from_utf8(normal).unwrap_or_default());
    }
    let head = key.split(['(', '（']).next().unwrap_or_default();
    Cow::Owned(head.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect())
}

fn singular(normal: &str) -> String {
    match normal.strip_suffix('s') {
        Some(stem) if stem.len() >= 2 && !stem.ends_with('s') => stem.to_owned(),
        _ => normal.to_owned(),
    }
}

/// True for fields that only metadata has: a list or paragraph with one of these is metadata, while
/// `Description: …` or `Type: …` alone may be prose.
pub fn is_telling(field: Field) -> bool {
    matches!(
        field,
        Status
            | Stage
            | Created
            | Updated
            | Decided
            | CommentBy
            | ReviewBy
            | People(_)
            | Relation(_)
            | Discussion
            | Tracking
            | Number
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_key_are_one_field() {
        let check = |field: Field, spellings: &[&str]| {
            for spelling in spellings {
                assert_eq!(of(spelling), Some(field), "{spelling}");
            }
        };
        check(Status, &["status", "Status", "STATUS", "Status:", "statut", "状态", "state", "State"]);
        check(
            Created,
            &["Start Date", "start-date", "creation-date", "Created (yyyy-mm-dd)", "CREATED DATE", "date"],
        );
        check(People(Reviewer), &["RFC Reviewers", "adr-reviewer"]);
        check(People(Author), &["author", "Authors", "Author(s)", "Original Author(s)", "Autor"]);
        check(
            People(Decider),
            &["Deciders", "decision-makers", "decisionMakers", "approvers", "api-approvers"],
        );
        check(
            Relation("superseded-by"),
            &["superseded-by", "SupercededBy", "Superseded-By", "replaced by", "superseded_by"],
        );
        check(Relation("supersedes"), &["Supersedes", "replaces (*optional)", "Supercedes", "Replaces"]);
        check(Relation("requires"), &["requires", "Requires", "requires (*optional)", "depends-on"]);
        check(
            Discussion,
            &["RFC PR", "RFC PR #", "discussions-to (*optional)", "HIP PR", "RFC Pull Request", "NEP PR"],
        );
        check(
            Tracking,
            &["Rust Issue", "Rust Issue #", "Pony Issue", "Tracking issue", "JIRA Ticket(s)", "Bugs"],
        );
        check(Number, &["kep-number", "CHIP Number", "id", "Number", "eip"]);
        check(CommentBy, &["last-call-deadline", "Comments Due", "review-period-end", "comment-by"]);
        check(
            CommentBy,
            &["Comment window:", "Deadline for decision", "FCP until", "Comment period ends on"],
        );
        check(CommentBy, &["Feedback closes", "Open for comments until", "final comment period"]);
        check(ReviewBy, &["review-by", "Review by", "valid until"]);
        check(Decided, &["decision date", "Date of decision"]);
        for key in
            ["short_title", "deadline", "window", "Comments", "end date", "decision for the window pane"]
        {
            assert!(!matches!(of(key), Some(CommentBy | Title)), "{key}");
        }
        assert_eq!(of("note"), None);
        for (slip, meant) in [("statsu", "status"), ("Auhtors", "authors"), ("superseeds", "supersedes")] {
            assert_eq!(suggestion(slip), Some(meant), "{slip}");
        }
        for word in ["note", "authority", "Status Quo", "status", "titles"] {
            assert_eq!(suggestion(word), None, "{word}");
        }
    }
}
