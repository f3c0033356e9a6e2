#include "app/base/SecretForms.h"

#include <QStringDecoder>

using namespace Qt::StringLiterals;

namespace keydesk {

namespace {

/// Overwrites `bytes`.
void add(std::vector<SecretForm> &forms, QByteArray &bytes, const SecretForm &like)
{
    SecretForm form;
    form.bytes = Secret::take(std::move(bytes));
    form.base64 = like.base64;
    form.utf16 = like.utf16;
    form.before = like.before;
    form.after = like.after;
    forms.push_back(std::move(form));
}

void addBase64(std::vector<SecretForm> &forms, const Secret &secret)
{
    for (int lead = 0; lead < 3; ++lead) {
        QByteArray padded(lead, '\0');
        padded.append(secret.reveal().data(), secret.size());
        const qsizetype firstPure = lead == 0 ? 0 : lead + 1; // of 6-bit groups; the one before it is mixed
        const qsizetype pureEnd = padded.size() * 8 / 6;
        SecretForm like;
        like.base64 = true;
        like.before = lead == 0 ? 0 : 1;
        like.after = padded.size() * 8 % 6 == 0 ? 0 : 1;
        for (const auto alphabet : {QByteArray::Base64Encoding, QByteArray::Base64UrlEncoding}) {
            QByteArray encoded = padded.toBase64(alphabet | QByteArray::OmitTrailingEquals);
            QByteArray pure = encoded.mid(firstPure, pureEnd - firstPure);
            if (alphabet == QByteArray::Base64Encoding || pure.contains('-') || pure.contains('_'))
                add(forms, pure, like);
            wipe(pure);
            wipe(encoded);
        }
        wipe(padded);
    }
}

void addHex(std::vector<SecretForm> &forms, const Secret &secret)
{
    QByteArray plain(secret.reveal().data(), secret.size());
    QByteArray lower = plain.toHex();
    QByteArray upper = lower.toUpper();
    if (upper != lower)
        add(forms, upper, {});
    add(forms, lower, {});
    wipe(plain);
    wipe(upper);
}

/// None of bytes that are no UTF-8.
void addUtf16(std::vector<SecretForm> &forms, const Secret &written)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    QByteArray text(decoder.requiredSpace(written.size()) * qsizetype(sizeof(QChar)), '\0');
    auto *units = reinterpret_cast<QChar *>(text.data());
    const QChar *end = decoder.appendToBuffer(units, QByteArrayView(written.reveal().data(), written.size()));
    const qsizetype count = end - units;
    if (!decoder.hasError() && count > 0) {
        QByteArray little(count * 2 - 1, '\0');
        QByteArray big(count * 2 - 1, '\0');
        for (qsizetype i = 0; i < count; ++i) {
            little[2 * i] = big[2 * i] = static_cast<char>(units[i].cell());
            if (i + 1 < count)
                little[2 * i + 1] = static_cast<char>(units[i].row());
            if (i > 0)
                big[2 * i - 1] = static_cast<char>(units[i].row());
        }
        SecretForm like;
        like.utf16 = true;
        if (little != big)
            add(forms, big, like);
        add(forms, little, like);
        wipe(big);
        wipe(little);
    }
    wipe(text);
}

} // namespace

std::vector<SecretForm> secretForms(const Secret &secret)
{
    std::vector<SecretForm> forms;
    SecretForm raw;
    raw.bytes = secret.copy();
    raw.raw = true;
    forms.push_back(std::move(raw));
    addBase64(forms, secret);
    addHex(forms, secret);
    for (std::size_t i = 0, narrow = forms.size(); i < narrow; ++i)
        addUtf16(forms, forms[i].bytes.copy());
    return forms;
}

const QByteArray &secretMask()
{
    static const QByteArray bytes = "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2"_ba; // four bullets
    return bytes;
}

const QByteArray &secretMaskUtf16()
{
    static const QByteArray bytes("\xB7\0\xB7\0\xB7\0\xB7", 7);
    return bytes;
}

bool isBase64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '-' || c == '_';
}

} // namespace keydesk
