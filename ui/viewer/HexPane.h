#pragma once

#include "app/body/FileBytes.h"
#include "ui/viewer/RowsArea.h"

#include <memory>

namespace keydesk {

/// The bytes of a file of any size, sixteen in a row: place, hexadecimal, ASCII. The caret is a byte.
class HexPane : public RowsArea
{
    Q_OBJECT

public:
    explicit HexPane(QWidget *parent = nullptr);

    void setBytes(std::shared_ptr<const FileBytes> bytes);
    void refresh(); ///< the file has changed
    [[nodiscard]] qint64 caret() const { return m_caret; }
    /// Into sight.
    void setCaret(qint64 offset);
    /// A row as it is written: "00000010  68 65 6c …  hel…".
    [[nodiscard]] QString row(qint64 offset) const;

Q_SIGNALS:
    void caretMoved();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    [[nodiscard]] int rowHeight() const override;
    void dragTo(const QPoint &place) override;

private:
    [[nodiscard]] qint64 size() const;
    [[nodiscard]] int placeDigits() const;
    void updateScrollBars();

    std::shared_ptr<const FileBytes> m_bytes;
    qint64 m_caret = 0;
};

} // namespace keydesk
