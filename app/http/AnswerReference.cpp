#include "app/http/AnswerReference.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace keydesk {

using namespace Qt::StringLiterals;

namespace {

struct AnswerReferenceText
{
    Q_DECLARE_TR_FUNCTIONS(AnswerReference)
};

/// One step of a JSONPath.
struct Step
{
    QString name;
    std::optional<qsizetype> index;
    bool isFirst = false; ///< "*"
};

tl::unexpected<Error> notFound(const QString &message)
{
    return failure(Error::Kind::NotFound, message);
}

class JsonPath
{
public:
    explicit JsonPath(const QString &text)
        : m_text(text)
    {
    }

    /// Nothing if it is more than the subset, or wrong.
    std::optional<QList<Step>> steps()
    {
        QList<Step> all;
        if (!m_text.startsWith(u'$'))
            return std::nullopt;
        m_at = 1;
        while (m_at < m_text.size()) {
            const auto step = m_text.at(m_at) == u'.'   ? member()
                              : m_text.at(m_at) == u'[' ? bracket()
                                                        : std::nullopt;
            if (!step)
                return std::nullopt;
            all.append(*step);
        }
        return all;
    }

private:
    std::optional<Step> member()
    {
        const qsizetype begin = ++m_at;
        while (m_at < m_text.size() && m_text.at(m_at) != u'.' && m_text.at(m_at) != u'[')
            ++m_at;
        const QString name = m_text.sliced(begin, m_at - begin);
        if (name.isEmpty()) // "..": any depth
            return std::nullopt;
        return name == u'*' ? Step{{}, {}, true} : Step{name, {}, false};
    }

    std::optional<Step> bracket()
    {
        static const QRegularExpression form(
            u"\\G\\[\\s*(?:(-?\\d{1,9})|(\\*)|'((?:[^'\\\\]|\\\\.)*)'|\"((?:[^\"\\\\]|\\\\.)*)\")\\s*\\]"_s);
        const auto match = form.match(m_text, m_at);
        if (!match.hasMatch())
            return std::nullopt;
        m_at = match.capturedEnd();
        if (match.capturedLength(1) > 0)
            return Step{{}, match.captured(1).toInt(), false};
        if (match.capturedLength(2) > 0)
            return Step{{}, {}, true};
        QString name = match.captured(3) + match.captured(4);
        name.replace(QRegularExpression(u"\\\\(.)"_s), u"\\1"_s);
        return Step{name, {}, false};
    }

    const QString m_text;
    qsizetype m_at = 0;
};

QJsonValue follow(const QJsonValue &value, const Step &step)
{
    if (step.isFirst) {
        if (value.isArray())
            return value.toArray().isEmpty() ? QJsonValue(QJsonValue::Undefined) : value.toArray().first();
        const QJsonObject object = value.toObject();
        return object.isEmpty() ? QJsonValue(QJsonValue::Undefined) : *object.constBegin();
    }
    if (!step.index)
        return value.isObject() ? value.toObject().value(step.name) : QJsonValue(QJsonValue::Undefined);
    const QJsonArray array = value.toArray();
    const qsizetype index = *step.index < 0 ? array.size() + *step.index : *step.index;
    return index >= 0 && index < array.size() ? array.at(index) : QJsonValue(QJsonValue::Undefined);
}

} // namespace

std::optional<AnswerReference> AnswerReference::parse(const QString &text)
{
    static const QRegularExpression form(
        u"^([A-Za-z_][\\w-]*)\\.(request|response)\\.(?:(body)(?:\\.(.+))?|headers\\.(.+))$"_s);
    const auto match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    AnswerReference reference;
    reference.request = match.captured(1);
    reference.side = match.captured(2) == "request"_L1 ? Side::Request : Side::Response;
    reference.part = match.capturedLength(3) > 0 ? Part::Body : Part::Header;
    reference.path = (match.captured(4) + match.captured(5)).trimmed();
    return reference;
}

Result<QJsonValue> parseJsonText(const QByteArray &json)
{
    QJsonParseError error{};
    // A JSON text may be a single value, which QJsonDocument does not read.
    const QJsonDocument document = QJsonDocument::fromJson('[' + json + ']', &error);
    if (error.error != QJsonParseError::NoError || document.array().size() != 1)
        return failure(Error::Kind::BadResponse, AnswerReferenceText::tr("the body is not JSON"));
    return document.array().first();
}

Result<QJsonValue> followJsonPath(const QJsonValue &root, const QString &path)
{
    const auto steps = JsonPath(path).steps();
    if (!steps)
        return failure(
            Error::Kind::Unsupported,
            AnswerReferenceText::tr("“%1” is no path that Keydesk follows; it knows members, indices and [*]")
                .arg(path.left(80)));
    QJsonValue value = root;
    for (const Step &step : *steps) {
        value = follow(value, step);
        if (value.isUndefined())
            return notFound(AnswerReferenceText::tr("the body has nothing at “%1”").arg(path.left(80)));
    }
    return value;
}

Result<QString> findInJson(const QByteArray &json, const QString &path)
{
    if (!isJsonPath(path))
        return followJsonPath({}, path).map(jsonValueText);
    return parseJsonText(json)
        .and_then([&path](const QJsonValue &root) { return followJsonPath(root, path); })
        .map(jsonValueText);
}

QString jsonValueText(const QJsonValue &value)
{
    if (value.isString())
        return value.toString();
    if (value.isObject())
        return QString::fromUtf8(QJsonDocument(value.toObject()).toJson(QJsonDocument::Compact));
    if (value.isArray())
        return QString::fromUtf8(QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact));
    // As JSON writes a number or a word.
    const QByteArray wrapped = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(wrapped.sliced(1, wrapped.size() - 2));
}

bool isJsonPath(const QString &path)
{
    return JsonPath(path).steps().has_value();
}

QString noAnswer(const QString &request)
{
    return AnswerReferenceText::tr("there is no answer of “%1” yet; send that request first").arg(request);
}

} // namespace keydesk
