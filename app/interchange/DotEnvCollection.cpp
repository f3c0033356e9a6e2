#include "app/interchange/DotEnvCollection.h"

#include "app/http/VariableReference.h"
#include "app/interchange/SecretSnippet.h"
#include "app/interchange/collection/CredentialNames.h"
#include "app/interchange/tools/ToolFile.h"
#include "app/interchange/tools/ToolText.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QHash>
#include <QRegularExpression>
#include <QSet>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct DotEnvCollectionText
{
    Q_DECLARE_TR_FUNCTIONS(DotEnv)
};

using What = ImportNote::What;

/// One of a file, before what it names is known.
struct Variable
{
    QString name;
    QString value; // with expansions as they are written, and a \ before each $ and \ that begins none
    bool expands = false;
    int line = 1;
};

bool isBlank(QChar c)
{
    return c == u' ' || c == u'\t';
}

bool isNameChar(QChar c)
{
    return c.unicode() < 0x80 && (c.isLetterOrNumber() || c == u'_' || c == u'-' || c == u'.');
}

QString lineOf(int line)
{
    return DotEnvCollectionText::tr("line %1").arg(line);
}

/// Takes the lines apart. Linear: a quote that is never closed is looked for once of each kind.
class Reader
{
public:
    explicit Reader(const QString &text)
        : m_text(text)
    {
    }

    void read(const std::atomic_bool &cancelled)
    {
        while (m_at < m_text.size() && !cancelled) {
            const int line = m_line;
            skipBlanks();
            if (!isAtEnd() && peek() != u'#' && !readVariable(line))
                m_others.append(line);
            skipLine();
        }
    }

    [[nodiscard]] const QList<Variable> &variables() const { return m_variables; }
    [[nodiscard]] const QList<int> &others() const { return m_others; } ///< lines that are something else

private:
    bool readVariable(int line)
    {
        QString name = readName();
        if (name == "export"_L1 && !isAtEnd() && isBlank(peek())) {
            skipBlanks();
            name = readName();
        }
        skipBlanks();
        if (name.isEmpty() || isAtEnd() || peek() != u'=')
            return false;
        ++m_at;
        skipBlanks();
        Variable variable{name, {}, false, line};
        const QChar first = isAtEnd() ? QChar() : peek();
        const bool isQuoted =
            (first == u'\'' || first == u'"' || first == u'`') && readQuoted(first, variable);
        if (!isQuoted)
            readPlain(variable);
        m_variables.append(variable);
        return true;
    }

    QString readName()
    {
        const qsizetype begin = m_at;
        while (!isAtEnd() && isNameChar(peek()))
            ++m_at;
        return m_text.sliced(begin, m_at - begin);
    }

    /// False if nothing closes the quote, or something else stands behind it: then it is a part of the value.
    bool readQuoted(QChar quote, Variable &variable)
    {
        qsizetype &none = m_noQuoteFrom[quote];
        if (none > 0 && m_at >= none)
            return false;
        variable.expands = quote == u'"';
        QString value;
        qsizetype at = m_at + 1;
        int lines = 0;
        for (; at < m_text.size() && m_text.at(at) != quote; ++at) {
            const QChar c = m_text.at(at);
            lines += c == u'\n' ? 1 : 0;
            if (quote == u'"' && c == u'\\' && at + 1 < m_text.size())
                value += unescaped(m_text.at(++at));
            else
                value += c;
        }
        if (at >= m_text.size()) {
            none = m_at;
            return false;
        }
        qsizetype behind = at + 1;
        while (behind < m_text.size() && isBlank(m_text.at(behind)))
            ++behind;
        if (behind < m_text.size() && m_text.at(behind) != u'\n' && m_text.at(behind) != u'#')
            return false;
        variable.value = value;
        m_at = behind;
        m_line += lines;
        return true;
    }

    /// In double quotes.
    static QString unescaped(QChar c)
    {
        switch (c.unicode()) {
        case u'n':
            return u"\n"_s;
        case u'r':
            return u"\r"_s;
        case u't':
            return u"\t"_s;
        case u'$':
        case u'\\':
            return u'\\' + QString(c);
        case u'"':
        case u'`':
            return c;
        default:
            return u"\\\\"_s + c;
        }
    }

    /// Up to a comment, which a blank stands before.
    void readPlain(Variable &variable)
    {
        variable.expands = true;
        qsizetype end = m_at;
        while (end < m_text.size() && m_text.at(end) != u'\n' &&
               !(m_text.at(end) == u'#' && (end == m_at || isBlank(m_text.at(end - 1)))))
            ++end;
        variable.value = m_text.sliced(m_at, end - m_at).trimmed();
        variable.value.replace(u'\\', "\\\\"_L1);
        m_at = end;
    }

    void skipBlanks()
    {
        while (!isAtEnd() && isBlank(peek()))
            ++m_at;
    }
    void skipLine()
    {
        const qsizetype end = m_text.indexOf(u'\n', m_at);
        m_at = end < 0 ? m_text.size() : end + 1;
        ++m_line;
    }
    /// Of the line.
    [[nodiscard]] bool isAtEnd() const { return m_at >= m_text.size() || m_text.at(m_at) == u'\n'; }
    [[nodiscard]] QChar peek() const { return m_text.at(m_at); }

    const QString m_text;
    qsizetype m_at = 0;
    int m_line = 1;
    QList<Variable> m_variables;
    QList<int> m_others;
    QHash<QChar, qsizetype> m_noQuoteFrom; // from there on nothing closes such a quote
};

/// `value` with {{variables}} in the place of expansions, and without what guards a $ that is none.
QString withVariables(const Variable &variable, const QHash<QString, QString> &names,
                      QList<ImportNote> &notes)
{
    if (!variable.expands)
        return variable.value;
    static const QRegularExpression form(u"\\\\(.)|\\$\\{([A-Za-z_]\\w*)\\}|\\$([A-Za-z_]\\w*)|\\$[{(]"_s,
                                         QRegularExpression::DotMatchesEverythingOption);
    QString made;
    qsizetype done = 0;
    bool isLeft = false;
    for (auto each = form.globalMatch(variable.value); each.hasNext();) {
        const auto match = each.next();
        made += QStringView(variable.value).sliced(done, match.capturedStart() - done);
        done = match.capturedEnd();
        if (match.hasCaptured(1))
            made += match.captured(1);
        else if (match.hasCaptured(2))
            made += u"{{"_s + names.value(match.captured(2), match.captured(2)) + u"}}"_s;
        else if (match.hasCaptured(3) && names.contains(match.captured(3)))
            made += u"{{"_s + names.value(match.captured(3)) + u"}}"_s;
        else
            made += match.captured();
        isLeft = isLeft || !(match.hasCaptured(1) || match.hasCaptured(2) || match.hasCaptured(3));
    }
    made += QStringView(variable.value).sliced(done);
    if (isLeft)
        notes.append(
            {What::NotExpressed, lineOf(variable.line),
             DotEnvCollectionText::tr(
                 "What “%1” would be expanded to is not looked up: it stands there as it is written.")
                 .arg(variable.name)});
    return made;
}

/// "staging" of ".env.staging" and "staging.env".
QString environmentNameOf(const QString &fileName)
{
    QString name = QFileInfo(fileName).fileName();
    if (name.startsWith(".env."_L1))
        name = name.sliced(5);
    else if (name.endsWith(".env"_L1))
        name.chop(4);
    return name.isEmpty() ? DotEnvCollectionText::tr("Environment") : name;
}

QString shellName(const QString &name)
{
    QString good = name;
    for (QChar &c : good) {
        if (c.unicode() >= 0x80 || !(c.isLetterOrNumber() || c == u'_'))
            c = u'_';
    }
    return isVariableName(good) ? good : u'_' + good;
}

/// A value, as text and references in turn.
struct Piece
{
    QString text;
    bool isReference = false; // `text` is a variable's name
};

QList<Piece> piecesOf(const QString &value, const QHash<QString, QString> &names)
{
    QList<Piece> pieces;
    qsizetype done = 0;
    for (auto found = nextVariable(value); found; found = nextVariable(value, found->start + found->length)) {
        const auto name = names.constFind(found->name);
        if (name == names.cend())
            continue;
        pieces.append({value.sliced(done, found->start - done)});
        pieces.append({*name, true});
        done = found->start + found->length;
    }
    pieces.append({value.sliced(done)});
    return pieces;
}

/// In single quotes, where nothing means anything, if that is possible; nothing in it is run by a shell.
QString quoted(const QString &value, const QHash<QString, QString> &names)
{
    static const QRegularExpression plain(u"^[\\w./:@%+,=-]*\\z"_s);
    const QList<Piece> pieces = piecesOf(value, names);
    if (pieces.size() == 1 && plain.match(value).hasMatch())
        return value;
    if (pieces.size() == 1 && !value.contains(u'\'') && !value.contains(u'\r'))
        return u'\'' + value + u'\'';
    QString made(u'"');
    for (const Piece &piece : pieces) {
        if (piece.isReference) {
            made += u"${"_s + piece.text + u'}';
            continue;
        }
        for (const QChar c : piece.text) {
            if (QStringView(u"\"\\$`").contains(c))
                made += u'\\';
            if (c == u'\r')
                made += "\\r"_L1;
            else
                made += c;
        }
    }
    return made + u'"';
}

} // namespace

Result<ImportedCollection> readDotEnv(const QByteArray &bytes, const CollectionSource &source)
{
    Result<QString> text = readToolText(bytes, source);
    if (!text)
        return tl::unexpected(text.error());
    Reader reader(*text);
    reader.read(source.cancelled);
    if (reader.variables().isEmpty())
        return toolFailure(source.fileName,
                           DotEnvCollectionText::tr("No line of it is NAME=value, so it is no .env file."));

    ImportedCollection read;
    read.format = DotEnvCollectionText::tr(".env file");
    CollectionEnvironment environment;
    environment.name = environmentNameOf(source.fileName);
    QHash<QString, QString> names; // there → here
    QHash<QString, qsizetype> last;
    const QList<Variable> &variables = reader.variables();
    for (qsizetype i = 0; i < variables.size(); ++i) {
        const Variable &each = variables.at(i);
        names.insert(each.name, keydeskVariableName(each.name));
        if (last.contains(each.name))
            read.notes.append(
                {What::Changed, lineOf(each.line),
                 DotEnvCollectionText::tr("“%1” has a value further up already; this one counts.")
                     .arg(each.name)});
        last.insert(each.name, i);
    }
    for (qsizetype i = 0; i < variables.size(); ++i) {
        const Variable &each = variables.at(i);
        if (last.value(each.name) != i)
            continue;
        const QString name = names.value(each.name);
        if (each.value.isEmpty() && holdsCredential(name, {}))
            environment.secrets.append(name);
        else
            environment.variables.append({name, withVariables(each, names, read.notes), true});
    }
    constexpr qsizetype mostTold = 20;
    for (const int line : reader.others().first(std::min(reader.others().size(), mostTold)))
        read.notes.append({What::NotExpressed, lineOf(line),
                           DotEnvCollectionText::tr("It is no NAME=value, and was left out.")});
    if (reader.others().size() > mostTold)
        read.notes.append({What::NotExpressed, lineOf(reader.others().at(mostTold)),
                           DotEnvCollectionText::tr("From here on %n more line(s) were left out.", nullptr,
                                                    static_cast<int>(reader.others().size() - mostTold))});
    read.collection.name = environment.name;
    read.collection.environments = {environment};
    return read;
}

QByteArray writeDotEnv(const CollectionEnvironment &environment, QList<ImportNote> &notes)
{
    QHash<QString, QString> names; // here → there
    QSet<QString> taken;
    const auto add = [&](const QString &name) {
        const QString wanted = shellName(name);
        QString free = wanted;
        for (int number = 2; taken.contains(free); ++number)
            free = wanted + QString::number(number);
        taken.insert(free);
        names.insert(name, free);
        if (free != name)
            notes.append({What::Changed, name,
                          DotEnvCollectionText::tr(
                              "Its name is %1 there: an .env file takes letters, digits and _ alone.")
                              .arg(free)});
    };
    QList<NameValue> rows;
    for (const NameValue &row : environment.variables) {
        if (names.contains(row.name))
            continue;
        if (row.enabled) {
            add(row.name);
            rows.append(row);
        } else {
            notes.append({What::NotExpressed, row.name,
                          DotEnvCollectionText::tr(
                              "It is switched off, which an .env file has no word for: it is left out.")});
        }
    }
    QStringList secrets;
    for (const QString &name : environment.secrets) {
        if (names.contains(name))
            continue;
        add(name);
        secrets.append(name);
    }
    QString text;
    for (const NameValue &row : std::as_const(rows))
        text += names.value(row.name) + u'=' + quoted(row.value, names) + u'\n';
    if (!secrets.isEmpty())
        text += u"# "_s + DotEnvCollectionText::tr("Secrets, whose values are not exported.") + u'\n';
    for (const QString &name : std::as_const(secrets))
        text += names.value(name) + "=\n"_L1;
    return text.toUtf8();
}

} // namespace keydesk
