#pragma once

#include "app/base/Error.h"

#include <QWidget>

#include <memory>

namespace keydesk {

class FileView;
class FilterHistory;
class MessageBar;

/// A window for a file: `keydesk --view FILE`, File ▸ Open Response…, or a file dropped on it. Deletes itself
/// when it is closed.
class ViewerWindow : public QWidget
{
    Q_OBJECT

public:
    /// `history`: of filters' expressions; null: this window has one of its own.
    explicit ViewerWindow(const std::shared_ptr<FilterHistory> &history = {});

    /// A sentence in the window if it cannot be opened.
    void open(const QString &path);
    void askForFile();
    [[nodiscard]] FileView &view() const { return *m_view; }

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void addShortcut(const QKeySequence &keys, const QString &text, const std::function<void()> &does);

    FileView *m_view;
    MessageBar *m_message;
};

} // namespace keydesk
