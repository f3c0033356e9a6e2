#include "app/cli/CallWords.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QRegularExpression>

#include <array>

using namespace Qt::StringLiterals;

namespace keydesk::cli {

namespace {

constexpr qint64 largestField = 64LL * 1024 * 1024; // of a file that is put into a JSON text, in bytes

struct CallWordsText
{
    Q_DECLARE_TR_FUNCTIONS(CallWords)
};

enum class ItemKind { Header, EmptyHeader, Query, Text, TextFile, Json, JsonFile, File };

struct Item
{
    ItemKind kind;
    QString name;
    QString value;
};

struct Separator
{
    QLatin1StringView text;
    ItemKind kind;
};
// Longer ones before those that they begin with.
constexpr std::array separators = {
    Separator{":=@"_L1, ItemKind::JsonFile}, Separator{":="_L1, ItemKind::Json}, Separator{"=="_L1, ItemKind::Query},
    Separator{"=@"_L1, ItemKind::TextFile},  Separator{"="_L1, ItemKind::Text},  Separator{":"_L1, ItemKind::Header},
    Separator{"@"_L1, ItemKind::File},
};

std::optional<Item> readItem(const QString &word)
{
    QString name;
    for (qsizetype i = 0; i < word.size(); ++i) {
        if (word.at(i) == u'\\' && i + 1 < word.size() && QStringView(u":=@;\\").contains(word.at(i + 1))) {
            name += word.at(++i);
            continue;
        }
        for (const Separator &separator : separators) {
            if (QStringView(word).sliced(i).startsWith(separator.text))
                return Item{separator.kind, name, word.sliced(i + separator.text.size())};
        }
        name += word.at(i);
    }
    if (name.size() > 1 && name.endsWith(u';'))
        return Item{ItemKind::EmptyHeader, name.chopped(1), {}};
    return {};
}

Result<QByteArray> fileText(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::Kind::InvalidInput,
                       CallWordsText::tr("The file %1 cannot be read. %2").arg(path, file.errorString()));
    if (file.size() > largestField)
        return failure(
            Error::Kind::InvalidInput,
            CallWordsText::tr("The file %1 is too large to be a field. Send it as the body: @%1").arg(path));
    return file.readAll();
}

Result<QString> textOf(const Item &item)
{
    if (item.kind == ItemKind::Text)
        return item.value;
    return fileText(item.value).map([](const QByteArray &bytes) { return QString::fromUtf8(bytes); });
}

/// The value as JSON text, to be put into an object as it is: numbers keep their digits.
Result<QString> jsonOf(const Item &item)
{
    QByteArray json = item.value.toUtf8();
    if (item.kind == ItemKind::JsonFile) {
        const Result<QByteArray> read = fileText(item.value);
        if (!read)
            return tl::unexpected(read.error());
        json = *read;
    }
    QJsonParseError problem;
    QJsonDocument::fromJson('[' + json + ']', &problem);
    if (problem.error != QJsonParseError::NoError)
        return failure(
            Error::Kind::InvalidInput,
            CallWordsText::tr("The value of “%1” is no JSON: %2.").arg(item.name, problem.errorString()));
    return QString::fromUtf8(json).trimmed();
}

QString jsonText(const QString &text)
{
    const QByteArray array = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(array.sliced(1, array.size() - 2));
}

void replaceRow(QList<NameValue> &rows, const QString &name, Qt::CaseSensitivity cases)
{
    rows.removeIf([&](const NameValue &row) { return row.name.compare(name, cases) == 0; });
}

class Builder
{
public:
    Builder(RequestSpec &request, CallWords::Fields fields)
        : m_request(request)
        , m_fields(fields)
    {
    }

    Result<void> take(const Item &item)
    {
        switch (item.kind) {
        case ItemKind::Header:
        case ItemKind::EmptyHeader:
            return takeRow(m_request.headers, m_headers, item, Qt::CaseInsensitive);
        case ItemKind::Query:
            return takeRow(m_request.params, m_params, item, Qt::CaseSensitive);
        case ItemKind::Text:
        case ItemKind::TextFile:
            return textOf(item).and_then([&](const QString &text) { return takeText(item.name, text); });
        case ItemKind::Json:
        case ItemKind::JsonFile:
            if (m_fields != CallWords::Fields::Json)
                return failure(Error::Kind::InvalidInput,
                               CallWordsText::tr("“%1” is JSON, and a form has none. Write it with = alone.")
                                   .arg(item.name));
            return jsonOf(item).and_then([&](const QString &json) { return takeMember(item.name, json); });
        case ItemKind::File:
            return takeFile(item);
        }
        return {};
    }

    void finish()
    {
        if (!m_members.isEmpty())
            m_request.body = {RequestBody::Kind::Json, u"{%1}"_s.arg(m_members.join(", "_L1)), {}};
        else if (!m_form.isEmpty())
            m_request.body = {RequestBody::Kind::Form, {}, m_form};
        else if (!m_parts.isEmpty())
            m_request.body = {.kind = RequestBody::Kind::Multipart, .text = {}, .form = {}, .parts = m_parts};
        else if (!m_file.isEmpty())
            m_request.body = {.kind = RequestBody::Kind::File, .text = {}, .form = {}, .file = m_file};
    }

private:
    static Result<void> takeRow(QList<NameValue> &rows, QStringList &seen, const Item &item, Qt::CaseSensitivity cases)
    {
        const QString name = item.name.trimmed();
        if (name.isEmpty())
            return failure(Error::Kind::InvalidInput,
                           CallWordsText::tr("A header or a parameter on the command line has no name."));
        if (!seen.contains(name, cases))
            replaceRow(rows, name, cases); // of the saved request
        seen << name;
        if (item.kind != ItemKind::Header || !item.value.isEmpty())
            rows.append({name, item.kind == ItemKind::Header ? item.value.trimmed() : item.value});
        return {};
    }

    Result<void> takeText(const QString &name, const QString &text)
    {
        switch (m_fields) {
        case CallWords::Fields::Json:
            return takeMember(name, jsonText(text));
        case CallWords::Fields::Form:
            m_form.append({name, text});
            break;
        case CallWords::Fields::Multipart: {
            RequestPart part;
            part.name = name;
            part.value = text;
            m_parts.append(part);
            break;
        }
        }
        return checkOneBody();
    }

    Result<void> takeMember(const QString &name, const QString &json)
    {
        m_members.append(jsonText(name) + u": "_s + json);
        return checkOneBody();
    }

    Result<void> takeFile(const Item &item)
    {
        const QString path = QFileInfo(item.value).absoluteFilePath();
        if (item.value.isEmpty())
            return failure(Error::Kind::InvalidInput,
                           CallWordsText::tr("@ wants the name of a file behind it."));
        if (item.name.isEmpty()) {
            m_file = path;
        } else if (m_fields != CallWords::Fields::Multipart) {
            return failure(
                Error::Kind::InvalidInput,
                CallWordsText::tr("“%1” is a file. Only a form takes one: add --multipart.").arg(item.name));
        } else {
            RequestPart part;
            part.name = item.name;
            part.file = path;
            m_parts.append(part);
        }
        return checkOneBody();
    }

    [[nodiscard]] Result<void> checkOneBody() const
    {
        if (!m_file.isEmpty() && !(m_members.isEmpty() && m_form.isEmpty() && m_parts.isEmpty()))
            return failure(Error::Kind::InvalidInput,
                           CallWordsText::tr("A request has one body: either @FILE or fields."));
        return {};
    }

    RequestSpec &m_request;
    const CallWords::Fields m_fields;
    QStringList m_headers;
    QStringList m_params;
    QStringList m_members; // of the JSON object, as text
    QList<NameValue> m_form;
    QList<RequestPart> m_parts;
    QString m_file;
};

} // namespace

CallWords readCallWords(const QStringList &words)
{
    static const QRegularExpression letters(u"^[A-Za-z]+$"_s);
    CallWords read;
    qsizetype next = 0;
    if (words.size() > 1 && letters.match(words.first()).hasMatch()) {
        // "call login name==x": a saved request and an item; "call GET https://…": a URL looks like a header, too.
        const QString &second = words.at(1);
        const bool isPlace = second.contains("://"_L1) || second.startsWith(u'/') || second.startsWith(u':') || second.startsWith("{{"_L1);
        if (isPlace || !readItem(second))
            read.method = words.at(next++).toUpper();
    }
    if (next < words.size())
        read.target = words.at(next++);
    read.items = words.sliced(next);
    return read;
}

Result<RequestSpec> withItems(RequestSpec request, const CallWords &words, CallWords::Fields fields)
{
    Builder builder(request, fields);
    for (const QString &word : words.items) {
        const std::optional<Item> item = readItem(word);
        if (!item)
            return failure(Error::Kind::InvalidInput,
                           CallWordsText::tr("A word behind the URL is no item. Items are Name:value, "
                                             "name==value, name=value, name:=json, name@FILE and @FILE."));
        if (const Result<void> taken = builder.take(*item); !taken)
            return tl::unexpected(taken.error());
    }
    builder.finish();
    if (!words.method.isEmpty())
        request.method = words.method;
    else if (request.method.isEmpty())
        request.method = request.body.kind == RequestBody::Kind::None ? u"GET"_s : u"POST"_s;
    return request;
}

} // namespace keydesk::cli
