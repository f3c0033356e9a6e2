#include "app/interchange/openapi/ApiAddress.h"

#include "app/http/VariableReference.h"
#include "app/workspace/HttpEncoding.h"

#include <QRegularExpression>
#include <QUrl>

#include <algorithm>

namespace keydesk::openapi {

using namespace Qt::StringLiterals;

namespace {

/// The first of `ends` at or behind `from`, outside of {{…}}; the text's end if there is none.
qsizetype findOutside(const QString &text, QLatin1StringView ends, qsizetype from)
{
    auto variable = nextVariable(text, from);
    for (qsizetype at = from; at < text.size(); ++at) {
        if (variable && at == variable->start) {
            at += variable->length - 1;
            variable = nextVariable(text, at + 1);
        } else if (ends.contains(text.at(at))) {
            return at;
        }
    }
    return text.size();
}

/// Where the path begins; 0 if no server stands before it.
qsizetype serverEnd(const QString &url)
{
    static const QRegularExpression scheme(u"^(?:[A-Za-z][A-Za-z0-9+.-]*|\\{\\{[^{}]*\\}\\})://"_s);
    if (const auto match = scheme.match(url); match.hasMatch())
        return findOutside(url, "/?#"_L1, match.capturedEnd());
    return url.startsWith("{{"_L1) ? findOutside(url, "/?#"_L1, 0) : 0;
}

/// The template of a path, part by part.
class Template
{
public:
    Template(const QString &path, const QList<NameValue> &values)
        : m_values(values)
    {
        static const QRegularExpression named(u"\\G\\{([^{}/]+)\\}"_s);
        for (qsizetype at = 0; at < path.size(); ++at) {
            const auto variable = path.at(at) == u'{' ? nextVariable(path, at) : std::nullopt;
            const auto part = named.match(path, at);
            if (variable && variable->start == at) {
                add(partName(variable->name), path.sliced(at, variable->length));
                at += variable->length - 1;
            } else if (part.hasMatch()) {
                add(part.captured(1), valueOf(part.captured(1)));
                at = part.capturedEnd() - 1;
            } else {
                m_plain += path.at(at);
            }
        }
        flush();
    }

    QString text;
    QList<NameValue> parts;

private:
    void flush()
    {
        text += QString::fromLatin1(QUrl::toPercentEncoding(m_plain, "!$&'()*+,/:;=@%~"));
        m_plain.clear();
    }

    /// No template names a part twice.
    void add(const QString &wanted, const QString &value)
    {
        flush();
        QString name = wanted;
        const auto isTaken = [this, &name] {
            return std::ranges::find(parts, name, &NameValue::name) != parts.cend();
        };
        for (int number = 2; isTaken(); ++number)
            name = wanted + QString::number(number);
        parts.append({name, value, true});
        text += u'{' + name + u'}';
    }

    [[nodiscard]] QString valueOf(const QString &name) const
    {
        const auto row = std::ranges::find(m_values, name, &NameValue::name);
        return row == m_values.cend() ? QString() : row->value;
    }

    const QList<NameValue> &m_values;
    QString m_plain;
};

QList<NameValue> itemsOf(const QString &query)
{
    QList<NameValue> rows;
    for (const QString &item : splitHttpItems(query)) {
        const qsizetype equals = item.indexOf(u'=');
        const auto decoded = [](const QString &text) {
            return QString::fromUtf8(QByteArray::fromPercentEncoding(text.toUtf8()));
        };
        if (!item.isEmpty())
            rows.append({decoded(item.left(equals)),
                         equals < 0 ? QString() : decoded(item.sliced(equals + 1)), true});
    }
    return rows;
}

} // namespace

QString partName(const QString &variable)
{
    static const QRegularExpression forbidden(u"[^A-Za-z0-9_-]"_s);
    QString name = variable.section(u'.', -1).remove(forbidden);
    return name.isEmpty() ? u"part"_s : name;
}

ApiAddress apiAddress(const RequestSpec &spec)
{
    const QString url = spec.url.trimmed();
    const qsizetype begin = serverEnd(url);
    const qsizetype end = findOutside(url, "?#"_L1, begin);
    ApiAddress address;
    address.server = begin > 0 ? url.first(begin) : u"{{baseUrl}}"_s;
    QString path = url.sliced(begin, end - begin);
    if (!path.startsWith(u'/'))
        path.prepend(u'/');
    const Template made(path, spec.pathParts);
    address.path = made.text;
    address.parts = made.parts;
    if (end < url.size() && url.at(end) == u'?')
        address.query = itemsOf(url.sliced(end + 1, findOutside(url, "#"_L1, end) - end - 1));
    address.query += spec.params;
    return address;
}

} // namespace keydesk::openapi
