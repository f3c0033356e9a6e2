#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;

namespace keydesk {

/// A body that is a file's content: its path, a way to choose it, and how large it is. A file can be dropped
/// on it.
class FileBody : public QWidget
{
    Q_OBJECT

public:
    explicit FileBody(QWidget *parent = nullptr);

    [[nodiscard]] QString path() const;
    void setPath(const QString &path);
    [[nodiscard]] QLineEdit &field() const { return *m_path; }

Q_SIGNALS:
    void edited();

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void choose();
    void describe();

    QLineEdit *m_path;
    QLabel *m_size;
};

} // namespace keydesk
