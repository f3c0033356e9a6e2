#include "app/leaks/LeakNeedles.h"

#include <QByteArray>

namespace keydesk {

namespace {

using Form = LeakEncoding::Form;

void appendBase64(std::vector<LeakNeedle> &needles, const Secret &token, int number)
{
    for (int lead = 0; lead < 3; ++lead) {
        QByteArray padded(lead, '\0');
        padded.append(token.reveal().data(), token.size());
        const qsizetype firstPure = lead == 0 ? 0 : lead + 1; // of 6-bit groups; the one before it is mixed
        const qsizetype pureEnd = padded.size() * 8 / 6;
        for (const Form form : {Form::Base64, Form::Base64Url}) {
            const auto alphabet =
                form == Form::Base64 ? QByteArray::Base64Encoding : QByteArray::Base64UrlEncoding;
            QByteArray encoded = padded.toBase64(alphabet | QByteArray::OmitTrailingEquals);
            QByteArray pure = encoded.mid(firstPure, pureEnd - firstPure);
            if (form == Form::Base64 || pure.contains('-') || pure.contains('_'))
                needles.push_back({Secret::take(std::move(pure)), form, number});
            wipe(encoded);
        }
        wipe(padded);
    }
}

void appendHex(std::vector<LeakNeedle> &needles, const Secret &token, int number)
{
    QByteArray bytes(token.reveal().data(), token.size());
    QByteArray lower = bytes.toHex();
    QByteArray upper = lower;
    upper.detach();
    for (char &digit : upper) {
        if (digit >= 'a')
            digit = static_cast<char>(digit - 'a' + 'A');
    }
    const bool same = lower == upper;
    needles.push_back({Secret::take(std::move(lower)), Form::Hex, number});
    if (!same)
        needles.push_back({Secret::take(std::move(upper)), Form::Hex, number});
    wipe(upper);
    wipe(bytes);
}

/// By bytes, because tokens are visible ASCII; one that is not is searched for in its other forms.
void appendUtf16(std::vector<LeakNeedle> &needles, const Secret &token, int number)
{
    for (const char c : token.reveal()) {
        if (static_cast<unsigned char>(c) > 0x7f)
            return;
    }
    // From the first letter to the last: between them both byte orders look alike.
    QByteArray wide(token.size() * 2 - 1, '\0');
    char *place = wide.data();
    for (const char c : token.reveal()) {
        *place = c;
        place += 2;
    }
    needles.push_back({Secret::take(std::move(wide)), Form::Utf16, number});
}

} // namespace

void appendNeedles(std::vector<LeakNeedle> &needles, const Secret &token, int number)
{
    if (token.size() < shortestLeak)
        return;
    needles.push_back({token.copy(), Form::Plain, number});
    appendBase64(needles, token, number);
    appendHex(needles, token, number);
    appendUtf16(needles, token, number);
}

} // namespace keydesk
