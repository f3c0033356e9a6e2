#include "app/interchange/SecretSnippet.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct SecretSnippetText
{
    Q_DECLARE_TR_FUNCTIONS(SecretSnippet)
};

/// Writes into room for the worst case (each byte as four), made beforehand: growing would leave a copy of
/// the token in freed memory.
class Writer
{
public:
    explicit Writer(qsizetype tokenSize, qsizetype around) { m_bytes.reserve(tokenSize * 4 + around + 8); }

    void add(QByteArrayView text) { m_bytes.append(text); }
    void add(char c) { m_bytes.append(c); }
    Secret take() { return Secret::take(std::move(m_bytes)); }

private:
    QByteArray m_bytes;
};

bool has(std::string_view text, std::string_view any)
{
    return text.find_first_of(any) != std::string_view::npos;
}

/// Characters that no reader of .env files and no shell that sources one takes for anything else. Bytes above
/// ASCII are only in a hint: tokens have none.
bool isBare(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0 ||
           std::string_view("_-./+=:@,").find(c) != std::string_view::npos;
}

void writePosix(Writer &out, std::string_view token)
{
    out.add('\'');
    for (const char c : token)
        c == '\'' ? out.add("'\\''") : out.add(c);
    out.add('\'');
}

// In fish's single quotes a backslash stands before a quote and before a backslash, and for itself elsewhere.
void writeFish(Writer &out, std::string_view token)
{
    out.add('\'');
    for (const char c : token) {
        if (c == '\'' || c == '\\')
            out.add('\\');
        out.add(c);
    }
    out.add('\'');
}

// PowerShell takes the typographic single quotes U+2018 to U+201B for single quotes too.
void writePowerShell(Writer &out, std::string_view token)
{
    out.add('\'');
    for (std::size_t i = 0; i < token.size(); ++i) {
        const std::string_view three = token.substr(i, 3);
        const bool curly =
            three.size() == 3 && three.substr(0, 2) == "\xE2\x80" && three[2] >= '\x98' && three[2] <= '\x9B';
        if (curly) {
            out.add(QByteArrayView(three.data(), 3));
            out.add(QByteArrayView(three.data(), 3));
            i += 2;
        } else {
            out.add(token[i]);
            if (token[i] == '\'')
                out.add('\'');
        }
    }
    out.add('\'');
}

// Inside set "…" everything but % and " stands for itself. With those the whole is written without quotes and
// each special character behind a caret, which at the prompt also keeps %NAME% from being replaced.
void writeCmd(Writer &out, const QByteArray &variable, std::string_view token)
{
    const bool quotes = !has(token, "%\"");
    out.add(quotes ? "set \"" : "set ");
    out.add(variable);
    out.add('=');
    for (const char c : token) {
        if (!quotes && std::string_view("^&|<>()\"%").find(c) != std::string_view::npos)
            out.add('^');
        out.add(c);
    }
    if (quotes)
        out.add('"');
}

// Single quotes are the one form that all readers take as it stands; a token with one in it needs the double
// ones.
void writeDotEnv(Writer &out, std::string_view token)
{
    if (!token.empty() && std::all_of(token.begin(), token.end(), isBare)) {
        out.add(QByteArrayView(token.data(), static_cast<qsizetype>(token.size())));
    } else if (!has(token, "'\n\r")) {
        out.add('\'');
        out.add(QByteArrayView(token.data(), static_cast<qsizetype>(token.size())));
        out.add('\'');
    } else {
        out.add('"');
        for (const char c : token) {
            if (c == '\n') {
                out.add("\\n");
            } else if (c == '\r') {
                out.add("\\r");
            } else {
                if (std::string_view("\\\"$`").find(c) != std::string_view::npos)
                    out.add('\\');
                out.add(c);
            }
        }
        out.add('"');
    }
}

Secret partOfRequest(const KeyForm &form, const Secret &token)
{
    const Secret value = valueOf(form, token);
    Writer out(value.size(), form.name.size() + 2);
    out.add(form.name);
    out.add(form.placement == KeyPlacement::Query ? "=" : ": ");
    out.add(QByteArrayView(value.reveal().data(), value.size()));
    return out.take();
}

/// For all but SnippetFormat::Header.
Secret line(SnippetFormat format, const SnippetNames &names, std::string_view token)
{
    const QByteArray variable = names.variable.toUtf8();
    Writer out(static_cast<qsizetype>(token.size()), variable.size() + 16);
    switch (format) {
    case SnippetFormat::Posix:
        out.add("export ");
        out.add(variable);
        out.add('=');
        writePosix(out, token);
        break;
    case SnippetFormat::Fish:
        out.add("set -gx ");
        out.add(variable);
        out.add(' ');
        writeFish(out, token);
        break;
    case SnippetFormat::PowerShell:
        out.add("$env:");
        out.add(variable);
        out.add(" = ");
        writePowerShell(out, token);
        break;
    case SnippetFormat::Cmd:
        writeCmd(out, variable, token);
        break;
    case SnippetFormat::Header:
        break;
    case SnippetFormat::DotEnv:
        out.add(variable);
        out.add('=');
        writeDotEnv(out, token);
        break;
    }
    return out.take();
}

} // namespace

QList<SnippetFormat> snippetFormats()
{
    return {SnippetFormat::Posix, SnippetFormat::Fish,   SnippetFormat::PowerShell,
            SnippetFormat::Cmd,   SnippetFormat::Header, SnippetFormat::DotEnv};
}

QString snippetFormatName(SnippetFormat format, KeyPlacement placement)
{
    switch (format) {
    case SnippetFormat::Posix:
        return SecretSnippetText::tr("bash, zsh");
    case SnippetFormat::Fish:
        return SecretSnippetText::tr("fish");
    case SnippetFormat::PowerShell:
        return SecretSnippetText::tr("PowerShell");
    case SnippetFormat::Cmd:
        return SecretSnippetText::tr("Windows cmd");
    case SnippetFormat::Header:
        return placement == KeyPlacement::Query ? SecretSnippetText::tr("Query parameter")
                                                : SecretSnippetText::tr("HTTP header");
    case SnippetFormat::DotEnv:
        return SecretSnippetText::tr(".env line");
    }
    return {};
}

bool isVariableName(QStringView name)
{
    const auto isLetter = [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u'_';
    };
    return !name.isEmpty() && name.size() <= 128 && isLetter(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](QChar c) { return isLetter(c) || (c >= u'0' && c <= u'9'); });
}

QString variableName(const Provider *provider, const QString &kindId)
{
    const TokenKind *kind = provider ? provider->kind(kindId) : nullptr;
    if (kind && isVariableName(kind->environmentVariable))
        return kind->environmentVariable;
    if (!provider || provider->isCustom)
        return u"API_KEY"_s;
    QString stem = provider->sandboxService.isEmpty() ? provider->id : provider->sandboxService;
    for (QChar &c : stem)
        c = c.isLetterOrNumber() && c.unicode() < 0x80 ? c.toUpper() : QChar(u'_');
    const QString name = stem + u"_API_KEY"_s;
    return isVariableName(name) ? name : u"API_KEY"_s;
}

QString placeholderSnippet(SnippetFormat format, const SnippetNames &names)
{
    switch (format) {
    case SnippetFormat::Posix:
    case SnippetFormat::Fish:
        return u'$' + names.variable;
    case SnippetFormat::PowerShell:
        return u"$env:"_s + names.variable;
    case SnippetFormat::Cmd:
        return u'%' + names.variable + u'%';
    case SnippetFormat::Header:
        return shownAs(names.form, u'$' + names.variable);
    case SnippetFormat::DotEnv:
        return names.variable + u'=';
    }
    return {};
}

Secret tokenSnippet(SnippetFormat format, const SnippetNames &names, const Secret &token)
{
    return format == SnippetFormat::Header ? partOfRequest(names.form, token) : line(format, names, token.reveal());
}

QString maskedSnippet(SnippetFormat format, const SnippetNames &names, const QString &hint)
{
    if (format == SnippetFormat::Header)
        return shownAs(names.form, hint);
    const QByteArray shown = hint.toUtf8();
    const Secret masked =
        line(format, names, std::string_view(shown.constData(), static_cast<std::size_t>(shown.size())));
    return QString::fromUtf8(masked.reveal().data(), masked.size());
}

Secret quotedForDotEnv(const Secret &token)
{
    Writer out(token.size(), 0);
    writeDotEnv(out, token.reveal());
    return out.take();
}

QStringList snippetNotes(SnippetFormat format, const Secret &token)
{
    const std::string_view bytes = token.reveal();
    QStringList notes;
    if (format == SnippetFormat::Cmd) {
        if (has(bytes, "%"))
            notes << SecretSnippetText::tr(
                "This line is for the prompt. In a batch file a % is written as %%.");
        if (has(bytes, "!"))
            notes << SecretSnippetText::tr(
                "Where delayed expansion is on (cmd /V:ON), cmd changes the character !.");
    }
    if (format == SnippetFormat::DotEnv && !bytes.empty() &&
        !std::all_of(bytes.begin(), bytes.end(), isBare)) {
        notes << SecretSnippetText::tr(
            "The value stands in quotes. docker run --env-file takes quotes for part of the value.");
        if (has(bytes, "'"))
            notes << SecretSnippetText::tr(
                "Programs read quotes in .env files differently: check that yours gets the token "
                "as it is.");
    }
    return notes;
}

} // namespace keydesk
