#include "app/http/UploadOnce.h"

#include <algorithm>
#include <cstring>

namespace keydesk {

UploadOnce::UploadOnce(const UploadBody &body, QObject *parent)
    : QIODevice(parent)
    , m_pieces(body.pieces())
    , m_size(body.size())
    , m_left(m_size)
{
    open(ReadOnly | Unbuffered);
}

qint64 UploadOnce::readData(char *data, qint64 most)
{
    if (m_failed || most == 0)
        return 0;
    while (m_piece < m_pieces.size() && m_done == m_pieces.at(m_piece).size()) {
        m_file.close();
        ++m_piece;
        m_done = 0;
    }
    if (m_piece == m_pieces.size())
        return -1;
    const BodyPiece &piece = m_pieces.at(m_piece);
    qint64 size = std::min(most, piece.size() - m_done);
    if (piece.file.isEmpty())
        std::memcpy(data, piece.bytes.constData() + m_done, static_cast<std::size_t>(size));
    else
        size = readFile(piece, data, size);
    m_done += size;
    m_left -= size;
    return size;
}

qint64 UploadOnce::readFile(const BodyPiece &piece, char *data, qint64 most)
{
    if (!m_file.isOpen()) {
        const auto size = uploadFileSize(piece.file);
        if (!size)
            return fail(size.error());
        m_file.setFileName(piece.file);
        // Buffered it would hold 16 kB more for nothing: it is read in such blocks.
        if (!m_file.open(ReadOnly | Unbuffered))
            return fail(fileChanged(piece.file));
    }
    const qint64 size = m_file.read(data, most);
    const bool isLast = m_done + size == piece.fileSize;
    if (size <= 0 || (isLast && m_file.size() != piece.fileSize))
        return fail(fileChanged(piece.file));
    return size;
}

qint64 UploadOnce::fail(const Error &error)
{
    m_failed = true;
    m_file.close();
    Q_EMIT failed(error);
    return 0;
}

} // namespace keydesk
