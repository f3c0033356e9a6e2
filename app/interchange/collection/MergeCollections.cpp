#include "app/interchange/collection/MergeCollections.h"

#include "app/http/VariableReference.h"
#include "app/interchange/collection/CollectionTexts.h"

#include <QCoreApplication>
#include <QHash>
#include <QSet>

#include <algorithm>
#include <utility>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct MergeCollectionsText
{
    Q_DECLARE_TR_FUNCTIONS(MergeCollections)
};

/// "baseUrl" → "baseUrl_2", as long as that is free.
QString freeName(const QString &name, const QSet<QString> &taken)
{
    int number = 2;
    while (taken.contains(u"%1_%2"_s.arg(name).arg(number)))
        ++number;
    return u"%1_%2"_s.arg(name).arg(number);
}

void renameIn(Collection &collection, const QHash<QString, QString> &names)
{
    eachText(collection, [&names](QString &text, TextPlace place) {
        if (place != TextPlace::Value)
            return;
        for (auto found = nextVariable(text); found;) {
            const QString mark = found->name.startsWith(u'%') ? u"%"_s : QString(); // {{%name}}: percent-encoded
            const QString renamed = names.value(found->name.sliced(mark.size()).trimmed());
            const QString braces = renamed.isEmpty() ? text.sliced(found->start, found->length) : u"{{"_s + mark + renamed + u"}}"_s;
            text.replace(found->start, found->length, braces);
            found = nextVariable(text, found->start + braces.size());
        }
    });
}

/// What a variable stands for: a text, or a secret that its reader has taken out already.
struct Meaning
{
    QString text;
    std::shared_ptr<const Secret> secret;

    bool operator==(const Meaning &other) const
    {
        return secret && other.secret ? secret->equals(*other.secret) : !secret && !other.secret && text == other.text;
    }
};

using Meanings = QHash<QString, Meaning>;

Meanings meaningsOf(const ImportedCollection &imported, const QString &where)
{
    Meanings meanings;
    // Nobody knows their values: those of two files are never the same.
    for (const QString &name : imported.collection.secrets)
        meanings.insert(name, {u"\n"_s + where, {}});
    for (const NameValue &row : imported.collection.variables)
        meanings.insert(row.name, {row.value, {}});
    for (const FoundCredential &each : imported.credentials)
        meanings.insert(each.variable, {{}, each.value});
    return meanings;
}

/// Puts the files together one by one.
class Merger
{
public:
    explicit Merger(bool hasFolders)
        : m_hasFolders(hasFolders)
    {
    }

    void add(ImportedCollection &&imported)
    {
        const bool hasRequests = !imported.collection.requests.isEmpty();
        const QString name = nameOf(imported.collection);
        if (hasRequests)
            rename(imported, name);
        addVariables(imported, name);
        keepEnvironmentsApart(imported, name);
        addCredentials(imported);
        for (CollectionRequest &request : imported.collection.requests) {
            if (m_hasFolders)
                request.folder.prepend(name);
            m_merged.collection.requests.append(std::move(request));
        }
        if (m_merged.collection.name.isEmpty() && !m_hasFolders) {
            m_merged.collection.name = imported.collection.name;
            m_merged.collection.about = imported.collection.about;
        } else if (!imported.collection.about.trimmed().isEmpty()) {
            m_merged.notes.append(
                {ImportNote::What::NotExpressed, name,
                 MergeCollectionsText::tr("Among other files its description has no place.")});
        }
        m_merged.collection.environments += imported.collection.environments;
        for (const QString &secret : std::as_const(imported.collection.secrets)) {
            if (!m_merged.collection.secrets.contains(secret))
                m_merged.collection.secrets.append(secret);
        }
        for (ImportNote &note : imported.notes) {
            note.place = note.place.isEmpty() ? name : u"%1 › %2"_s.arg(name, note.place);
            m_merged.notes.append(std::move(note));
        }
        m_formats.append(imported.format);
    }

    ImportedCollection merged()
    {
        m_formats.removeDuplicates();
        m_merged.format = m_formats.join(u", "_s);
        return std::move(m_merged);
    }

private:
    /// Of its folder: none twice.
    QString nameOf(const Collection &collection)
    {
        const QString base =
            collection.name.trimmed().isEmpty() ? MergeCollectionsText::tr("Requests") : collection.name;
        QString name = base;
        for (int number = 2; m_names.contains(name.toCaseFolded()); ++number)
            name = u"%1 %2"_s.arg(base).arg(number);
        m_names.insert(name.toCaseFolded());
        return name;
    }

    void rename(ImportedCollection &imported, const QString &where)
    {
        const Meanings theirs = meaningsOf(imported, where);
        QSet<QString> taken(m_meanings.keyBegin(), m_meanings.keyEnd());
        for (auto each = theirs.keyBegin(); each != theirs.keyEnd(); ++each)
            taken.insert(*each);
        QHash<QString, QString> renamed;
        for (auto each = theirs.cbegin(); each != theirs.cend(); ++each) {
            if (!m_meanings.contains(each.key()) || m_meanings.value(each.key()) == each.value())
                continue;
            const QString name = freeName(each.key(), taken);
            taken.insert(name);
            renamed.insert(each.key(), name);
            m_merged.notes.append(
                {ImportNote::What::Changed, where,
                 MergeCollectionsText::tr(
                     "The variable “%1” has another value in another file, so here it is called “%2”.")
                     .arg(each.key(), name)});
        }
        if (renamed.isEmpty())
            return;
        for (NameValue &row : imported.collection.variables)
            row.name = renamed.value(row.name, row.name);
        for (FoundCredential &each : imported.credentials)
            each.variable = renamed.value(each.variable, each.variable);
        for (QString &name : imported.collection.secrets)
            name = renamed.value(name, name);
        for (CollectionEnvironment &environment : imported.collection.environments) {
            for (NameValue &row : environment.variables)
                row.name = renamed.value(row.name, row.name);
            for (QString &name : environment.secrets)
                name = renamed.value(name, name);
        }
        renameIn(imported.collection, renamed);
    }

    /// Two files may each have a "Stage": joined, the requests of one would go to the other's server.
    void keepEnvironmentsApart(ImportedCollection &imported, const QString &where)
    {
        for (CollectionEnvironment &environment : imported.collection.environments) {
            const bool differs = std::ranges::any_of(m_merged.collection.environments, [&](const CollectionEnvironment &other) {
                return other.name.compare(environment.name, Qt::CaseInsensitive) == 0 && std::ranges::any_of(other.variables, [&](const NameValue &row) {
                           return std::ranges::any_of(environment.variables, [&](const NameValue &own) { return own.name == row.name && own.value != row.value; });
                       });
            });
            if (!differs)
                continue;
            const QString name = MergeCollectionsText::tr("%1 (%2)").arg(environment.name, where);
            m_merged.notes.append(
                {ImportNote::What::Changed, where,
                 MergeCollectionsText::tr(
                     "The environment “%1” has other values in another file, so here it is called “%2”.")
                     .arg(environment.name, name)});
            environment.name = name;
        }
    }

    void addVariables(const ImportedCollection &imported, const QString &where)
    {
        const Meanings theirs = meaningsOf(imported, where);
        for (const NameValue &row : imported.collection.variables) {
            if (!m_meanings.contains(row.name))
                m_merged.collection.variables.append(row);
            else if (m_meanings.value(row.name) != theirs.value(row.name))
                m_merged.notes.append(
                    {ImportNote::What::NotExpressed, where,
                     MergeCollectionsText::tr(
                         "The variable “%1” has another value in another file; that one counts.")
                         .arg(row.name)});
        }
        for (auto each = theirs.cbegin(); each != theirs.cend(); ++each) {
            if (!m_meanings.contains(each.key()))
                m_meanings.insert(each.key(), each.value());
        }
    }

    /// Of one name there may be several: for different environments.
    void addCredentials(const ImportedCollection &imported)
    {
        const auto before = static_cast<int>(m_merged.collection.requests.size());
        for (FoundCredential each : imported.credentials) {
            for (int &request : each.requests)
                request += before;
            const auto same = std::ranges::find_if(m_merged.credentials, [&each](const FoundCredential &known) {
                return known.variable == each.variable && known.value->equals(*each.value);
            });
            if (same == m_merged.credentials.end())
                m_merged.credentials.append(std::move(each));
            else
                same->requests += each.requests;
        }
    }

    const bool m_hasFolders;
    ImportedCollection m_merged;
    QStringList m_formats;
    QSet<QString> m_names;
    Meanings m_meanings;
};

} // namespace

ImportedCollection mergeCollections(QList<ImportedCollection> several)
{
    if (several.size() == 1)
        return several.takeFirst();
    const auto hasRequests = [](const ImportedCollection &each) { return !each.collection.requests.isEmpty(); };
    Merger merger(std::ranges::count_if(several, hasRequests) > 1);
    std::stable_partition(several.begin(), several.end(), hasRequests); // their variables keep their names
    for (ImportedCollection &each : several)
        merger.add(std::move(each));
    return merger.merged();
}

} // namespace keydesk
