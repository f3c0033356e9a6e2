#include "app/interchange/tools/ToolCollection.h"

#include "app/base/PlainText.h"
#include "app/interchange/tools/ToolFile.h"
#include "app/interchange/tools/ToolTexts.h"

#include <QCoreApplication>

#include <algorithm>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct ToolCollectionText
{
    Q_DECLARE_TR_FUNCTIONS(ToolCollection)
};

/// Characters of a name in a place.
constexpr qsizetype longestShown = 80;
/// What folders may add to all of their requests together, in characters: one long header would be there thousands of times.
constexpr qsizetype mostInherited = 256 * 1024 * 1024;

bool isSameHeader(const NameValue &a, const NameValue &b)
{
    return a.name.trimmed().compare(b.name.trimmed(), Qt::CaseInsensitive) == 0;
}

bool hasEnabled(const QList<NameValue> &rows, const NameValue &wanted)
{
    return std::ranges::any_of(rows, [&wanted](const NameValue &row) { return row.enabled && isSameHeader(row, wanted); });
}

} // namespace

ToolCollection::ToolCollection(const QString &format, const ToolSyntax &syntax, const CollectionSource &source)
    : m_syntax(syntax)
    , m_fileName(source.fileName)
    , m_cancelled(source.cancelled)
{
    m_made.format = format;
    m_levels.push_back({{}, ToolScopes::none});
}

void ToolCollection::setWhole(const ToolFolder &whole)
{
    m_levels.front().folder = whole;
    m_made.collection.name = whole.name;
    m_made.collection.about = whole.about;
    addVariables(whole.variables);
    for (const QString &text : whole.left)
        noteLeft({}, text);
}

void ToolCollection::addVariables(const QList<NameValue> &variables)
{
    m_made.collection.variables += named(variables, {});
}

/// Without those that have no name.
QList<NameValue> ToolCollection::named(const QList<NameValue> &variables, const QString &name)
{
    QList<NameValue> rows;
    for (const NameValue &row : variables) {
        if (row.name.trimmed().isEmpty())
            continue;
        if (rows.size() == mostVariables) {
            noteLeft(name,
                     ToolCollectionText::tr("It has more than %1 variables; the further ones are left out.")
                         .arg(mostVariables));
            break;
        }
        rows.append(row);
    }
    return rows;
}

void ToolCollection::addEnvironment(const QString &name, const QList<NameValue> &variables)
{
    m_made.collection.environments.append(
        {name.trimmed().isEmpty() ? ToolCollectionText::tr("Environment") : name.trimmed(),
         named(variables, name)});
}

Result<void> ToolCollection::open(const ToolFolder &folder)
{
    if (static_cast<int>(m_levels.size()) > collectionDepthLimit)
        return toolFailure(m_fileName, ToolCollectionText::tr("%1: folders are nested more than %2 deep.")
                                           .arg(placeOf(folder.name))
                                           .arg(collectionDepthLimit));
    Level level{folder, ToolScopes::none};
    level.folder.name = plainText(folder.name).trimmed();
    if (level.folder.name.isEmpty())
        level.folder.name = ToolCollectionText::tr("Folder");
    level.scope =
        m_scopes.add(m_levels.back().scope, level.folder.name, placeOf(level.folder.name), named(folder.variables, level.folder.name));
    m_levels.push_back(level);
    for (const QString &text : folder.left)
        noteLeft({}, text);
    if (!folder.about.trimmed().isEmpty())
        noteLeft({}, ToolCollectionText::tr("The folder's description is not imported."));
    return {};
}

void ToolCollection::close()
{
    m_levels.pop_back();
}

Result<void> ToolCollection::add(const ToolRequest &request)
{
    if (m_cancelled)
        return failure(Error::Kind::Cancelled, ToolCollectionText::tr("Cancelled."));
    if (++m_count > collectionRequestLimit)
        return toolFailure(
            m_fileName,
            ToolCollectionText::tr("It holds more than %1 requests.").arg(collectionRequestLimit));
    Placed placed{request, {}, ToolScopes::none};
    QString &name = placed.request.spec.name;
    name = plainText(name).trimmed();
    if (name.isEmpty())
        name = ToolCollectionText::tr("Request");
    placed.place = placeOf(name);
    placed.scope = m_scopes.add(m_levels.back().scope, name, placed.place, named(request.variables, name));
    if (const auto inherited = inherit(placed.request, placed.place); !inherited)
        return inherited;
    for (const QString &text : std::as_const(request.left))
        note(ImportNote::What::NotExpressed, placed.place, text);
    for (const QString &text : std::as_const(request.changed))
        note(ImportNote::What::Changed, placed.place, text);

    const QStringList folder = path();
    auto group = m_groupOf.constFind(folder);
    if (group == m_groupOf.cend()) {
        group = m_groupOf.insert(folder, m_groups.size());
        m_groups.push_back({folder, {}});
    }
    m_groups[*group].requests.push_back(std::move(placed));
    return {};
}

Result<void> ToolCollection::inherit(ToolRequest &request, const QString &place)
{
    QList<NameValue> headers;
    ToolAuth auth = request.auth;
    qsizetype count = request.spec.headers.size();
    for (const Level &level : m_levels)
        count += level.folder.headers.size();
    if (count > mostHeaders)
        return toolFailure(
            m_fileName,
            ToolCollectionText::tr("%1: it has more than %2 headers.").arg(place).arg(mostHeaders));
    for (auto level = m_levels.crbegin(); level != m_levels.crend(); ++level) {
        if (auth.where == ToolAuth::Where::Inherited && auth.left.isEmpty())
            auth = level->folder.auth;
        QList<NameValue> own;
        for (const NameValue &row : level->folder.headers) {
            if (row.enabled && !hasEnabled(request.spec.headers, row) && !hasEnabled(headers, row))
                own.append(row);
        }
        headers = own + headers;
    }
    for (const NameValue &row : std::as_const(headers))
        m_inherited += row.name.size() + row.value.size() + static_cast<qsizetype>(sizeof row);
    m_inherited += request.auth == auth ? 0 : auth.row.value.size();
    if (m_inherited > mostInherited)
        return toolFailure(
            m_fileName,
            ToolCollectionText::tr("%1: what the folders add to their requests is too much.").arg(place),
            Error::Kind::TooLarge);
    request.spec.headers = headers + request.spec.headers;

    if (!auth.left.isEmpty())
        note(ImportNote::What::NotExpressed, place, auth.left);
    switch (auth.where) {
    case ToolAuth::Where::Inherited:
        break;
    case ToolAuth::Where::Nowhere:
        request.spec.key.mode = KeyChoice::Mode::None;
        break;
    case ToolAuth::Where::Header:
        if (hasEnabled(request.spec.headers, auth.row) && auth.row.name != "Cookie"_L1)
            note(ImportNote::What::Changed, place,
                 ToolCollectionText::tr("It has a header “%1” and authentication that would write the same "
                                        "header. The header is kept.")
                     .arg(plainText(auth.row.name.left(80))));
        else
            request.spec.headers.append(auth.row);
        break;
    case ToolAuth::Where::Query:
        request.spec.params.append(auth.row);
        break;
    }
    return {};
}

void ToolCollection::noteLeft(const QString &name, const QString &text)
{
    note(ImportNote::What::NotExpressed, placeOf(name), text);
}

void ToolCollection::noteChanged(const QString &name, const QString &text)
{
    note(ImportNote::What::Changed, placeOf(name), text);
}

/// Each once: a term may stand a hundred times in one request.
void ToolCollection::note(ImportNote::What what, const QString &place, const QString &text)
{
    const QString key = place + u'\n' + text;
    if (m_noted.contains(key))
        return;
    m_noted.insert(key);
    m_made.notes.append({what, place, text});
}

QStringList ToolCollection::path() const
{
    QStringList names;
    for (std::size_t i = 1; i < m_levels.size(); ++i)
        names.append(m_levels[i].folder.name);
    return names;
}

QString ToolCollection::placeOf(const QString &name) const
{
    QStringList names;
    for (const QString &each : path() + QStringList{name.trimmed()}) {
        const QString shown = plainText(each.left(10 * longestShown)).left(longestShown);
        if (!each.isEmpty())
            names.append(shown.isEmpty() ? ToolCollectionText::tr("(no name)") : shown);
    }
    return names.isEmpty() ? ToolCollectionText::tr("The whole collection") : names.join(u" › "_s);
}

CollectionRequest ToolCollection::finished(Placed &placed, const QStringList &folder)
{
    ToolRequest &request = placed.request;
    HttpOptions &options = request.options;
    mendRequest(request.spec, [&](ImportNote::What what, const QString &text) { note(what, placed.place, text); });
    translateRequest(request.spec, m_syntax, [&](const ToolTerm &term, const QString &where) {
        if (!term.note.isEmpty())
            note(term.isExpressed ? ImportNote::What::Changed : ImportNote::What::NotExpressed, placed.place + u", "_s + where, term.note);
        if (term.variable.isEmpty())
            return term.text;
        const QString name = m_scopes.nameIn(placed.scope, term.variable);
        if (term.prompt && std::ranges::find(options.prompts, name, &HttpPrompt::name) == options.prompts.end())
            options.prompts.append({name, term.prompt->description});
        return u"{{"_s + name + u"}}"_s;
    });
    return {folder, request.spec, options, request.about.trimmed()};
}

/// Values, and names as they are called now. Those of folders and requests join the collection's.
void ToolCollection::translateVariables()
{
    const auto translated = [this](int scope, const NameValue &row) {
        return translatedText(row.value, m_syntax, [&](const ToolTerm &term) {
            const QString place = ToolCollectionText::tr("Variable %1").arg(plainText(row.name.left(80)));
            if (!term.note.isEmpty())
                note(term.isExpressed ? ImportNote::What::Changed : ImportNote::What::NotExpressed, place, term.note);
            return term.variable.isEmpty() ? term.text : u"{{"_s + m_scopes.nameInValue(scope, row.name, term.variable) + u"}}"_s;
        });
    };
    const auto translateAll = [&](QList<NameValue> &rows) {
        for (NameValue &row : rows)
            row = {m_scopes.nameIn(ToolScopes::none, row.name), translated(ToolScopes::none, row), row.enabled};
    };
    translateAll(m_made.collection.variables);
    for (CollectionEnvironment &environment : m_made.collection.environments)
        translateAll(environment.variables);
    QSet<QString> added;
    for (int scope = 0; scope < m_scopes.count(); ++scope) {
        for (const NameValue &row : m_scopes.variables(scope)) {
            const QString name = row.enabled ? m_scopes.nameIn(scope, row.name) : QString();
            if (name.isEmpty() || added.contains(name))
                continue;
            added.insert(name);
            m_made.collection.variables.append({name, translated(scope, row), true});
        }
    }
}

ImportedCollection ToolCollection::take()
{
    Collection &collection = m_made.collection;
    if (collection.name.trimmed().isEmpty())
        collection.name = nameFromFile(m_fileName);
    m_scopes.addGlobal(collection.variables);
    for (const CollectionEnvironment &environment : std::as_const(collection.environments))
        m_scopes.addGlobal(environment.variables);
    m_scopes.settle();
    for (Group &group : m_groups) {
        for (Placed &placed : group.requests)
            collection.requests.append(finished(placed, group.folder));
        group.requests.clear();
    }
    translateVariables();
    m_made.notes += m_scopes.takeNotes();
    return std::move(m_made);
}

} // namespace keydesk
