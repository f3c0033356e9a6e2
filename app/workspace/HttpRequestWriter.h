#pragma once

#include "app/workspace/HttpEdits.h"
#include "app/workspace/HttpRequest.h"

namespace keydesk {

/// Finds what to change in a file so that a request of it says what it should.
class HttpRequestWriter
{
public:
    HttpRequestWriter(const HttpFile &file, int request);

    /// `was` is what the file says, `spec` what it is to say.
    Result<QByteArray> write(const HttpRequest &was, const RequestSpec &spec);
    /// Its name alone.
    Result<QByteArray> rename(const QString &name);

private:
    void name(const QString &wanted);
    void method(const RequestSpec &wanted);
    void target(const RequestSpec &was, const RequestSpec &wanted);
    void targetLines(const RequestSpec &wanted);
    void wholeTarget(const RequestSpec &wanted);
    void headers(const RequestSpec &was, const RequestSpec &wanted, const QString &boundary);
    void body(const QStringList &lines);
    bool checkExact();
    void newBody(const QByteArrayList &lines);
    void annotation(int line, const QString &name, const QString &value);
    [[nodiscard]] QString itemText(const NameValue &row) const;
    [[nodiscard]] QStringList itemLines(const RequestSpec &wanted) const;
    [[nodiscard]] bool isOfKind(int line, HttpLine::Kind kind) const;
    [[nodiscard]] int headLine() const;
    QByteArray encode(const QString &text);
    QByteArrayList encode(const QStringList &lines);
    Result<QByteArray> finished() const;

    const HttpFile &m_file;
    const HttpBlock &m_block;
    const HttpParts m_parts;
    HttpBodyLayout m_layout;
    HttpEdits m_edits;
    std::optional<Error> m_error;
};

} // namespace keydesk
