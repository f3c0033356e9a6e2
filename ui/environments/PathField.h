#pragma once

#include <QWidget>

class QLineEdit;

namespace keydesk {

class FieldWords;

/// The path of a file: typed, chosen or dropped. What is wrong with the file stands under it.
class PathField : public QWidget
{
    Q_OBJECT

public:
    PathField(const QString &accessibleName, const QString &placeholder, QWidget *parent = nullptr);

    [[nodiscard]] QString path() const;
    /// What is being typed stays.
    void setPath(const QString &path);
    void setProblem(const QString &problem);
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void edited();

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;

private:
    void choose();
    void take(const QString &path);

    QLineEdit *m_path;
    FieldWords *m_problem;
};

} // namespace keydesk
