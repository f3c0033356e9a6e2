#include "app/http/SecretMarkers.h"

#include "app/http/HeaderRules.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include <functional>
#include <optional>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

struct SecretMarkersText
{
    Q_DECLARE_TR_FUNCTIONS(SecretMarkers)
};

// Lower case: a host would be made so.
constexpr QByteArrayView markerBegin("keydesksecret");
constexpr qsizetype idLength = 32;
constexpr qsizetype markerLength = markerBegin.size() + idLength + 1;
constexpr char plain = 'v';
constexpr char percent = 'p';
const auto dots = "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2"_ba;

QByteArray idBytes(const QUuid &id)
{
    return id.toByteArray(QUuid::Id128);
}

struct Marker
{
    qsizetype begin = 0;
    QUuid keyId;
    bool percentEncoded = false;
};

std::optional<Marker> nextMarker(QByteArrayView bytes, qsizetype from)
{
    for (qsizetype at = bytes.indexOf(markerBegin, from); at >= 0; at = bytes.indexOf(markerBegin, at + 1)) {
        if (at + markerLength > bytes.size())
            break;
        QByteArray hex = bytes.sliced(at + markerBegin.size(), idLength).toByteArray();
        const char end = bytes.at(at + markerLength - 1);
        for (const qsizetype hyphen : {20, 16, 12, 8})
            hex.insert(hyphen, '-');
        const QUuid id(hex);
        if (!id.isNull() && (end == plain || end == percent))
            return Marker{at, id, end == percent};
    }
    return {};
}

QByteArray replaced(const QByteArray &bytes, const std::function<QByteArray(const Marker &)> &value)
{
    QByteArray made;
    qsizetype done = 0;
    for (auto marker = nextMarker(bytes, 0); marker; marker = nextMarker(bytes, done)) {
        made += QByteArrayView(bytes).sliced(done, marker->begin - done);
        made += value(*marker);
        done = marker->begin + markerLength;
    }
    return done == 0 ? bytes : made + bytes.sliced(done);
}

void addMarked(QList<QUuid> &found, const QByteArray &bytes)
{
    for (auto marker = nextMarker(bytes, 0); marker; marker = nextMarker(bytes, marker->begin + markerLength)) {
        if (!found.contains(marker->keyId))
            found.append(marker->keyId);
    }
}

QByteArray escaped(const QByteArray &value, SecretEscape escape)
{
    switch (escape) {
    case SecretEscape::None:
        break;
    case SecretEscape::Percent:
        return value.toPercentEncoding();
    case SecretEscape::Form:
        return value.toPercentEncoding("* ", "~").replace(' ', '+');
    case SecretEscape::Json:
        return QJsonDocument(QJsonArray{QString::fromUtf8(value)}).toJson(QJsonDocument::Compact).chopped(2).sliced(2);
    case SecretEscape::Xml:
        return QString::fromUtf8(value).toHtmlEscaped().toUtf8();
    }
    return value;
}

class MarkerFiller
{
public:
    explicit MarkerFiller(const SecretValues &values)
        : m_values(values)
    {
    }

    [[nodiscard]] QByteArray fill(const QByteArray &bytes, SecretEscape escape) const
    {
        return replaced(bytes, [&](const Marker &marker) {
            const auto value = m_values.find(marker.keyId);
            if (value == m_values.end())
                return dots; // it is another one's marker, which stands for nothing here
            const std::string_view known = value->second.reveal();
            return escaped(QByteArray(known.data(), static_cast<qsizetype>(known.size())), marker.percentEncoded ? SecretEscape::Percent : escape);
        });
    }

    /// User name and password are encoded once they are known (RFC 7617).
    [[nodiscard]] QByteArray fillHeader(const QByteArray &name, const QByteArray &value) const
    {
        constexpr qsizetype scheme = 6;
        const bool isBasic = (isSameHeader(name, "Authorization") || isSameHeader(name, "Proxy-Authorization")) &&
                             isSameHeader(QByteArrayView(value).first(qMin(scheme, value.size())), "Basic ");
        const QByteArray filled = fill(value, SecretEscape::None);
        if (!isBasic || !hasSecretMarker(value))
            return filled;
        QByteArray pair = filled.sliced(scheme).trimmed();
        if (!value.contains(':')) { // a secret may be both of them, or the pair in Base64
            const qsizetype space = pair.indexOf(' ');
            const qsizetype colon = pair.indexOf(':');
            if (space < 0 && colon < 0)
                return filled;
            if (space >= 0 && (colon < 0 || space < colon))
                pair = pair.first(space) + ':' + pair.sliced(space + 1).trimmed();
        }
        return value.first(scheme) + pair.toBase64();
    }

private:
    const SecretValues &m_values;
};

} // namespace

QString secretMarker(const QUuid &keyId, bool percentEncoded)
{
    return QString::fromLatin1(markerBegin.toByteArray() + idBytes(keyId) +
                               (percentEncoded ? percent : plain));
}

bool hasSecretMarker(QByteArrayView bytes)
{
    return nextMarker(bytes, 0).has_value();
}

QList<QUuid> markedSecrets(const PreparedRequest &request)
{
    QList<QUuid> found;
    addMarked(found, request.url.toEncoded());
    for (const auto &[name, value] : request.headers) {
        addMarked(found, name);
        addMarked(found, value);
    }
    for (const BodyPiece &piece : request.body.pieces())
        addMarked(found, piece.bytes);
    return found;
}

QList<QUuid> markedSecrets(const QByteArray &bytes)
{
    QList<QUuid> found;
    addMarked(found, bytes);
    return found;
}

QByteArray maskedMarkers(const QByteArray &bytes)
{
    return replaced(bytes, [](const Marker &) { return dots; });
}

QUrl maskedMarkers(const QUrl &url)
{
    const QByteArray encoded = url.toEncoded();
    return hasSecretMarker(encoded) ? QUrl(QString::fromUtf8(maskedMarkers(encoded))) : url;
}

Result<PreparedRequest> withSecrets(const PreparedRequest &request, const SecretValues &values)
{
    const auto refuse = [](const QString &message) { return failure(Error::Kind::InvalidInput, message); };
    const MarkerFiller filler(values);
    PreparedRequest filled = request;
    if (hasSecretMarker(request.url.authority(QUrl::FullyEncoded).toLatin1()))
        return refuse(SecretMarkersText::tr("A secret variable cannot be part of the host: it would be asked "
                                            "of name servers. Use a plain variable there."));
    filled.url = QUrl::fromEncoded(filler.fill(request.url.toEncoded(), SecretEscape::Percent), QUrl::StrictMode);
    if (!filled.url.isValid())
        return refuse(
            SecretMarkersText::tr("The URL is not valid with the value of the secret variable in it."));
    for (auto &[name, value] : filled.headers) {
        if (hasSecretMarker(name))
            return refuse(SecretMarkersText::tr("A secret variable cannot be the name of a header."));
        if (!hasSecretMarker(value))
            continue;
        value = filler.fillHeader(name, value);
        if (!isHeaderValue(value))
            return refuse(SecretMarkersText::tr("The value of the secret variable in the header %1 has a "
                                                "line break or another control character in it, which "
                                                "cannot be in a header. Enter it again without.")
                              .arg(QString::fromUtf8(name).left(80)));
    }
    filled.body.clear();
    for (const BodyPiece &piece : request.body.pieces()) {
        if (piece.file.isEmpty())
            filled.body.append(filler.fill(piece.bytes, request.bodyEscape), piece.hidden);
        else
            filled.body.appendFile(piece.file, piece.fileSize);
    }
    return filled;
}

Secret withSecrets(const QByteArray &bytes, const SecretValues &values)
{
    return Secret::take(MarkerFiller(values).fill(bytes, SecretEscape::None));
}

} // namespace keydesk
