#pragma once

#include "app/body/FileBytes.h"

#include <memory>
#include <new>
#include <span>

namespace keydesk {

/// Room that a file is read into stretch by stretch. What is read stands at the same place of a page as it
/// does in the file: where it stands a few bytes behind that, some processors copy at half the speed.
class ReadBuffer
{
public:
    /// What there was of it. There is room for all of `length`; good until the next call.
    std::span<char> read(const FileBytes &bytes, qint64 offset, qint64 length)
    {
        const qint64 shift = offset & (page - 1);
        if (shift + length > m_room) {
            m_room = (shift + length + page - 1) & ~(page - 1);
            m_bytes.reset(static_cast<char *>(::operator new(size_t(m_room), std::align_val_t(page))));
        }
        char *target = m_bytes.get() + shift;
        return {target, size_t(bytes.readInto(target, offset, length))};
    }

private:
    static constexpr qint64 page = 4096;
    struct Free
    {
        void operator()(char *bytes) const { ::operator delete(bytes, std::align_val_t(page)); }
    };

    std::unique_ptr<char[], Free> m_bytes;
    qint64 m_room = 0;
};

} // namespace keydesk
